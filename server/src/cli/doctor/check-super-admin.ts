import type pg from 'pg';
import { hasLastingSuperAdmin } from '../../core/admin/index.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether there is somebody who can administer the instance, and goes on being able to. */
export async function checkSuperAdmin(client: pg.Client): Promise<Finding[]> {
  const { ok, warning } = findingsOf('super admin');
  if (await hasLastingSuperAdmin(preparedOn(client)))
    return [ok('An active User is super admin, without expiry.')];
  return [
    warning(
      'No active User is super admin without expiry.',
      'Make the first one: plystractl admin bootstrap-super-admin --email <address> --password-stdin',
    ),
  ];
}
