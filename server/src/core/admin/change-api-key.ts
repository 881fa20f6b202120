import type { components } from '../../contract/generated/core/types.ts';
import type { Principal } from '../../contract/ports.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { mintApiKey, type TokenHasher } from '../../platform/crypto/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { type ApiKeyRow, apiKeyOnWire, findApiKey, lockApiKey, placeOfKey } from './api-key-store.ts';
import type { IssuedApiKey } from './create-api-key.ts';
import { refuseUnlessHeld } from './delegation.ts';
import { futureInstant } from './future-instant.ts';

/** Which key is to change, who asks, and the version that the caller has seen (null when it does not mind). */
export type ChangedApiKey = {
  readonly id: string;
  readonly principal: Principal;
  readonly ifVersion: number | null;
};

type Refused<Code extends string> = Refusal<'API_KEY_NOT_FOUND' | 'PRECONDITION_FAILED' | Code>;
type ChangeRefused = Refused<'API_KEY_UPDATE_FAILED' | 'ADMIN_PERMISSION_REQUIRED' | 'VALIDATION_FAILED'>;

const moved = `version = version + 1, updated_at = date_trunc('milliseconds', now())`;
const update = `update api_keys set name = $2, status = $3, expires_at = $4, metadata = $5, ${moved} where id = $1`;
const rotate = `
update api_keys set key_hash = $2, previous_key_hash = case when $3 > 0 then key_hash end,
  previous_key_expires_at = case when $3 > 0 then date_trunc('milliseconds', now()) + $3 * interval '1 s' end,
  ${moved}
where id = $1`;
const revoke = `
update api_keys set status = 'revoked', revoked_at = date_trunc('milliseconds', now()), revoked_by_user_id = $2,
  revoked_reason = $3, previous_key_hash = null, previous_key_expires_at = null, ${moved}
where id = $1`;

/**
 * Changes name, state, end and metadata of a key. Repeating a change changes nothing. A later end, and switching the
 * key on, need what it carries for as long as it is to go on: no key moves its own end away.
 */
export async function updateApiKey(
  mutation: Mutation,
  changed: ChangedApiKey,
  body: components['schemas']['APIKeyUpdate'],
): Promise<ApiKeyRow | ChangeRefused> {
  const row = await changeable(mutation, changed);
  if (isRefusal(row)) return row;
  const expiresAt = futureInstant(body.expires_at, mutation.now);
  if (isRefusal(expiresAt)) return expiresAt;
  const next = {
    name: body.name ?? row.name,
    status: body.status ?? row.status,
    expires_at: expiresAt === undefined ? row.expires_at : expiresAt,
    metadata: body.metadata ?? row.metadata,
  };
  const goesOn = next.status === 'active' && row.status !== 'active';
  if (goesOn || isLater(next.expires_at, row.expires_at)) {
    const forbidden = refuseUnlessHeldUntil(changed.principal, row, next.expires_at);
    if (forbidden !== null) return forbidden;
  }
  const { name, status, expires_at, metadata } = row;
  if (JSON.stringify(next) === JSON.stringify({ name, status, expires_at, metadata })) return row;
  const values = [row.id, next.name, next.status, next.expires_at, JSON.stringify(next.metadata)];
  return written(mutation, row, 'api_key.updated', update, values);
}

/**
 * Gives a key a new secret; the present one is accepted for `graceSeconds` more, any older one not any more. Who gets
 * the secret has to hold what the key carries until its end.
 */
export async function rotateApiKey(
  mutation: Mutation,
  changed: ChangedApiKey,
  hasher: TokenHasher,
  graceSeconds: number,
): Promise<IssuedApiKey | ChangeRefused> {
  const row = await changeable(mutation, changed);
  if (isRefusal(row)) return row;
  const forbidden = refuseUnlessHeldUntil(changed.principal, row, row.expires_at);
  if (forbidden !== null) return forbidden;
  const secret = mintApiKey(row.id);
  const values = [row.id, hasher.hash(secret), graceSeconds];
  return { row: await written(mutation, row, 'api_key.rotated', rotate, values), secret };
}

/** Ends a key for good, a secret in its grace included. Repeating it changes nothing. */
export async function revokeApiKey(
  mutation: Mutation,
  { id, principal, ifVersion }: ChangedApiKey,
  reason: string | null,
): Promise<ApiKeyRow | Refused<never>> {
  const row = await lockApiKey(mutation, id);
  if (row === null) return refuse('API_KEY_NOT_FOUND');
  if (ifVersion !== null && ifVersion !== row.version) return refuse('PRECONDITION_FAILED');
  if (row.status === 'revoked') return row;
  const userId = principal.kind === 'session' ? principal.userId : null;
  return written(mutation, row, 'api_key.revoked', revoke, [row.id, userId, reason]);
}

/** A key that is not revoked, of which the caller holds everything that it carries. */
async function changeable(
  mutation: Mutation,
  { id, principal, ifVersion }: ChangedApiKey,
): Promise<ApiKeyRow | ChangeRefused> {
  const row = await lockApiKey(mutation, id);
  if (row === null) return refuse('API_KEY_NOT_FOUND');
  const forbidden = refuseUnlessHeld(principal, row.permission_keys, placeOfKey(row));
  if (forbidden !== null) return forbidden;
  if (ifVersion !== null && ifVersion !== row.version) return refuse('PRECONDITION_FAILED');
  return row.status === 'revoked' ? refuseTaken('API_KEY_UPDATE_FAILED', 'status') : row;
}

function isLater(end: Date | null, before: Date | null): boolean {
  return before !== null && (end === null || end > before);
}

function refuseUnlessHeldUntil(principal: Principal, row: ApiKeyRow, expiresAt: Date | null) {
  return refuseUnlessHeld(principal, row.permission_keys, placeOfKey(row), { expiresAt, memberId: null });
}

async function written(
  mutation: Mutation,
  before: ApiKeyRow,
  action: string,
  statement: string,
  values: readonly unknown[],
): Promise<ApiKeyRow> {
  await mutation.query(statement, values);
  const after = (await findApiKey(mutation, before.id)) as ApiKeyRow;
  await mutation.record({
    action,
    spaceId: before.space_id,
    resourceType: 'api_key',
    resourceId: before.id,
    before: apiKeyOnWire(before),
    after: apiKeyOnWire(after),
  });
  return after;
}
