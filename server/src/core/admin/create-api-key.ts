import type { components } from '../../contract/generated/core/types.ts';
import type { Principal } from '../../contract/ports.ts';
import { isRefusal, type Refusal, refuseTaken } from '../../contract/refusal.ts';
import { apiKeyPrefix, mintApiKey, type TokenHasher } from '../../platform/crypto/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type ApiKeyRow, apiKeyOnWire, findApiKey } from './api-key-store.ts';
import { refuseUnlessHeld } from './delegation.ts';
import { ApiKeyEntity } from './entities.ts';
import { futureInstant } from './future-instant.ts';
import { targetScope } from './target-scope.ts';

/** A key and the only copy of its secret. */
export type IssuedApiKey = { readonly row: ApiKeyRow; readonly secret: string };

type Refused = Refusal<
  | 'VALIDATION_FAILED'
  | 'SPACE_NOT_FOUND'
  | 'GROUP_NOT_FOUND'
  | 'ADMIN_PERMISSION_REQUIRED'
  | 'API_KEY_CREATE_FAILED'
>;

/**
 * Makes an API key. Whoever makes it needs `api_keys:create` and every key that it is to carry, at the very place where
 * it is to hold, and for as long.
 */
export async function createApiKey(
  mutation: Mutation,
  principal: Principal,
  hasher: TokenHasher,
  body: components['schemas']['APIKeyCreate'],
): Promise<IssuedApiKey | Refused> {
  const scope = await targetScope(mutation, { ...body, kind: body.level });
  if (isRefusal(scope)) return scope;
  const permissionKeys = [...new Set(body.permission_keys)];
  const expiresAt = futureInstant(body.expires_at ?? null, mutation.now);
  if (isRefusal(expiresAt)) return expiresAt;
  const forbidden =
    refuseUnlessHeld(principal, ['api_keys:create'], scope.place) ??
    refuseUnlessHeld(principal, permissionKeys, scope.place, { expiresAt, memberId: null });
  if (forbidden !== null) return forbidden;
  const id = body.id ?? newId('ak');
  const secret = mintApiKey(id);
  const session = principal.kind === 'session' ? principal : null;
  const created = await insertOr(
    mutation,
    ApiKeyEntity,
    {
      id,
      name: body.name,
      keyPrefix: apiKeyPrefix(id),
      keyHash: hasher.hash(secret),
      level: body.level,
      spaceId: scope.spaceId,
      groupId: scope.groupId,
      permissionKeys,
      status: body.status ?? 'active',
      expiresAt,
      createdByUserId: session?.userId ?? null,
      createdByMemberId: session?.actor?.member_id ?? null,
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('API_KEY_CREATE_FAILED', field),
  );
  if (isRefusal(created)) return created;
  const row = (await findApiKey(mutation, id)) as ApiKeyRow;
  await mutation.record({
    action: 'api_key.created',
    spaceId: row.space_id,
    resourceType: 'api_key',
    resourceId: id,
    before: null,
    after: apiKeyOnWire(row),
  });
  return { row, secret };
}
