import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { insertApiKey, insertSession } from '../../server/test/harness/server-credentials.ts';
import { ROOT_BINDING, restoreFuzzWorld } from './fuzz-world.ts';
import type { FuzzedServer } from './fuzzed-server.ts';

/**
 * Where the hooks get credentials as plain text: `GET /key` a new API key, `GET /session` a new session of the super
 * admin, `GET /acting` one that acts through a Member.
 */
export type CredentialDesk = { readonly url: string; close(): Promise<void> };

/**
 * Opens it on the loopback interface. The calls that are tried out end sessions, revoke keys, disable Users and revoke
 * grants; so whoever comes here finds the super admin as it was in the beginning.
 */
export async function openCredentialDesk(server: FuzzedServer): Promise<CredentialDesk> {
  const desk = createServer((request, response) => {
    issue(server, request.url ?? '').then(
      (credential) => response.end(credential),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  return {
    url: `http://127.0.0.1:${(desk.address() as AddressInfo).port}`,
    async close() {
      desk.closeAllConnections();
      desk.close();
      await once(desk, 'close');
    },
  };
}

async function issue(server: FuzzedServer, path: string): Promise<string> {
  if (path === '/key') return (await insertApiKey(server, { permissions: ['*'] })).key;
  const { sql, userId, passwordHash } = server;
  await sql(`update users set status = 'active', deleted_at = null, password_hash = $2 where id = $1`, [
    userId,
    passwordHash,
  ]);
  await sql(
    `insert into admin_grants (id, user_id, level, permission_key)
     select 'ag_' || gen_random_uuid(), $1, 'instance_super_admin', '*'
     where not exists (select from admin_grants where user_id = $1 and level = 'instance_super_admin'
       and member_id is null and expires_at is null and status = 'active' and deleted_at is null)`,
    [userId],
  );
  await restoreFuzzWorld(server);
  return (await insertSession(server, userId, path === '/acting' ? ROOT_BINDING : null)).token;
}
