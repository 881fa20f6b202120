import { ApiError } from '../../contract/api-error.ts';
import type { CoreHandlers, CoreReply } from '../../contract/core.ts';
import type { Principal } from '../../contract/ports.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import { preparedOn, type Queryable } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { apiKeyOnWire, findApiKey } from './api-key-store.ts';
import { capabilitiesOf } from './capabilities.ts';
import { createGrant, revokeGrant, scopeOfLevel } from './change-grants.ts';
import { countingGrants, findGrant, type GrantRow, grantOnWire, grantPage } from './grant-store.ts';
import { principalOf } from './principal-of.ts';
import type { AdminServices } from './services.ts';
import { targetScope } from './target-scope.ts';

type AdminOperations =
  | 'getAdminMe'
  | 'listAdminGrants'
  | 'createAdminGrant'
  | 'getAdminGrant'
  | 'revokeAdminGrant';

/** Rights of Users in the control plane: wire to domain and back. */
export function adminHandlers({ database }: Pick<AdminServices, 'database'>): CoreHandlers<AdminOperations> {
  const connection = preparedOn(database.pool);
  return {
    getAdminMe: ({ access }) => adminMe(connection, access.principal),
    async listAdminGrants({ access, params, page }) {
      const { rows, next } = await grantPage(database.pool, access.reaches, params, page);
      return { status: 200, data: rows.map(grantOnWire), next };
    },
    async createAdminGrant(input) {
      const scope = await targetScope(connection, scopeOfLevel(input.body));
      if (isRefusal(scope)) return scope;
      return recordedMutation(
        database,
        input,
        [scope.spaceId],
        async (mutation): Promise<CoreReply<'createAdminGrant'>> => {
          const row = await createGrant(mutation, principalOf(mutation), input.body);
          return isRefusal(row) ? row : { status: 201, ...shown(row) };
        },
      );
    },
    async getAdminGrant({ params }) {
      const row = await findGrant(connection, params.admin_grant_id);
      return row === null ? refuse('ADMIN_GRANT_NOT_FOUND') : { status: 200, ...shown(row) };
    },
    async revokeAdminGrant(input) {
      const id = input.params.admin_grant_id;
      const spaceId = (await findGrant(connection, id))?.space_id ?? null;
      return recordedMutation(
        database,
        input,
        [spaceId],
        async (mutation): Promise<CoreReply<'revokeAdminGrant'>> => {
          const asked = { id, ifVersion: input.ifVersion, reason: input.body?.revoked_reason ?? null };
          const row = await revokeGrant(mutation, principalOf(mutation), asked);
          return isRefusal(row) ? row : { status: 200, ...shown(row) };
        },
      );
    },
  };
}

async function adminMe(connection: Queryable, principal: Principal): Promise<CoreReply<'getAdminMe'>> {
  const capabilities = capabilitiesOf(principal.rights);
  if (principal.kind === 'api_key') {
    const key = await findApiKey(connection, principal.apiKeyId);
    if (key === null) throw new ApiError('AUTHENTICATION_REQUIRED');
    const nobody = { session_id: null, user_id: null, active_space: null, active_member: null, grants: [] };
    const data = { credential_type: 'api_key', ...nobody, capabilities, api_key: apiKeyOnWire(key) } as const;
    return { status: 200, data };
  }
  const { actor, sessionId, userId } = principal;
  const grants = await countingGrants(connection, userId, actor?.member_id ?? null);
  if (grants.length === 0) return refuse('ADMIN_PERMISSION_REQUIRED', { permission: 'instance:read' });
  return {
    status: 200,
    data: {
      credential_type: 'session',
      session_id: sessionId,
      user_id: userId,
      active_space: actor?.space_id ?? null,
      active_member: actor?.member_id ?? null,
      grants: grants.map(grantOnWire),
      capabilities,
      api_key: null,
    },
  };
}

function shown(row: GrantRow) {
  return { data: grantOnWire(row), version: row.version };
}
