import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, type Refusal, refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { type MutationRequest, recordedMutation } from '../recorded-mutation.ts';
import { type Permission, PermissionEntity } from './entities.ts';
import { changePermission, createPermission, type PermissionChange } from './permission-changes.ts';
import { permissionOnWire } from './permission-wire.ts';

type PermissionOperations =
  | 'listPermissions'
  | 'createPermission'
  | 'getPermission'
  | 'updatePermission'
  | 'disablePermission'
  | 'restorePermission';

type ChangeRequest = MutationRequest & {
  readonly params: { readonly permission_id: string };
  readonly ifVersion: number | null;
};

/** Permissions: wire to domain and back. */
export function permissionHandlers(database: Database): CoreHandlers<PermissionOperations> {
  const change = (
    input: ChangeRequest,
    action: PermissionChange['action'],
    values: PermissionChange['values'],
  ) =>
    recordedMutation(database, input, [null], async (mutation) => {
      const { ifVersion, params } = input;
      return changePermission(mutation, params.permission_id, { action, values, ifVersion }).then(shown);
    });
  return {
    async listPermissions({ params, page }) {
      const { resource, action, scope, status } = params;
      const asked = Object.entries({ resource, action, scope, status }).filter(([, value]) => value);
      const where = { deletedAt: null, ...Object.fromEntries(asked) };
      const order = ['resource', 'action', 'scope'] as const;
      const { rows, next } = await keysetPage(database.entities(), PermissionEntity, where, order, page);
      return { status: 200, data: rows.map(permissionOnWire), next };
    },
    createPermission: (input) =>
      recordedMutation(database, input, [null], async (mutation) => {
        const permission = await createPermission(mutation, input.body);
        if (isRefusal(permission)) return permission;
        return { status: 201 as const, data: permissionOnWire(permission), version: permission.version };
      }),
    async getPermission({ params }) {
      const where = { id: params.permission_id, deletedAt: null };
      const permission = await database.entities().findOne(PermissionEntity, where);
      return shown(permission ?? refuse('PERMISSION_NOT_FOUND'));
    },
    updatePermission(input) {
      const { resource, action, scope, description, metadata } = input.body;
      return change(input, 'permission.updated', { resource, action, scope, description, metadata });
    },
    disablePermission: (input) => change(input, 'permission.disabled', { status: 'disabled' }),
    restorePermission: (input) => change(input, 'permission.restored', { status: 'active' }),
  };
}

function shown<Refused extends Refusal<string>>(permission: Permission | Refused) {
  if (isRefusal(permission)) return permission;
  return { status: 200 as const, data: permissionOnWire(permission), version: permission.version };
}
