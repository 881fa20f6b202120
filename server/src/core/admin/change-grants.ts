import type { components } from '../../contract/generated/core/types.ts';
import type { Principal } from '../../contract/ports.ts';
import type { Place } from '../../contract/reach.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type Lasting, refuseUnlessHeld, refuseUnlessSuperAdmin } from './delegation.ts';
import { AdminGrantEntity } from './entities.ts';
import { futureInstant } from './future-instant.ts';
import { findGrant, type GrantRow, grantOnWire, lockGrant, placeOfGrant } from './grant-store.ts';
import { keepSuperAdmin } from './super-admins.ts';
import { type AskedScope, targetScope } from './target-scope.ts';

type Level = components['schemas']['AdminGrantCreate']['level'];
type CreateRefused = Refusal<
  | 'VALIDATION_FAILED'
  | 'USER_NOT_FOUND'
  | 'MEMBER_NOT_FOUND'
  | 'SPACE_NOT_FOUND'
  | 'GROUP_NOT_FOUND'
  | 'ADMIN_PERMISSION_REQUIRED'
  | 'ADMIN_GRANT_CREATE_FAILED'
>;
type RevokeRefused = Refusal<
  'ADMIN_GRANT_NOT_FOUND' | 'PRECONDITION_FAILED' | 'ADMIN_PERMISSION_REQUIRED' | 'LAST_SUPER_ADMIN'
>;

const userExists = 'select from users where id = $1 and deleted_at is null';
const memberExists = `
select from members where id = $1 and deleted_at is null and ($2::text is null or space_id = $2)`;
const revoke = `
update admin_grants set status = 'revoked', revoked_at = date_trunc('milliseconds', now()), revoked_reason = $2,
  version = version + 1, updated_at = date_trunc('milliseconds', now())
where id = $1`;

/** The scope that the level of a grant asks for. */
export function scopeOfLevel(body: components['schemas']['AdminGrantCreate']): AskedScope {
  const { space_id = null, group_id = null } = body;
  return { kind: kindOf(body.level), space_id, group_id };
}

/**
 * Grants a right to a User. Who grants it needs `admin_grants:manage` and the right itself at that very place, for as
 * long as it is to hold.
 */
export async function createGrant(
  mutation: Mutation,
  principal: Principal,
  body: components['schemas']['AdminGrantCreate'],
): Promise<GrantRow | CreateRefused> {
  const scope = await targetScope(mutation, scopeOfLevel(body));
  if (isRefusal(scope)) return scope;
  const expiresAt = futureInstant(body.expires_at ?? null, mutation.now);
  if (isRefusal(expiresAt)) return expiresAt;
  const memberId = body.member_id ?? null;
  const given = { level: body.level, permissionKey: body.permission_key, place: scope.place };
  const forbidden = refuseUnlessMayGrant(principal, given, { expiresAt, memberId });
  if (forbidden !== null) return forbidden;
  if ((await mutation.query(userExists, [body.user_id])).rows.length === 0) return refuse('USER_NOT_FOUND');
  if (
    memberId !== null &&
    (await mutation.query(memberExists, [memberId, scope.spaceId])).rows.length === 0
  ) {
    return refuse('MEMBER_NOT_FOUND');
  }
  const session = principal.kind === 'session' ? principal : null;
  const created = await insertOr(
    mutation,
    AdminGrantEntity,
    {
      id: body.id ?? newId('ag'),
      userId: body.user_id,
      memberId,
      spaceId: scope.spaceId,
      groupId: scope.groupId,
      level: body.level,
      permissionKey: body.permission_key,
      grantedByUserId: session?.userId ?? null,
      grantedByMemberId: session?.actor?.member_id ?? null,
      expiresAt,
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('ADMIN_GRANT_CREATE_FAILED', field),
  );
  if (isRefusal(created)) return created;
  const row = (await findGrant(mutation, created.id)) as GrantRow;
  await recordGrant(mutation, 'admin_grant.created', null, row);
  return row;
}

/** Ends a grant for good, under the same rules as granting. The last super admin's stays. */
export async function revokeGrant(
  mutation: Mutation,
  principal: Principal,
  asked: { readonly id: string; readonly ifVersion: number | null; readonly reason: string | null },
): Promise<GrantRow | RevokeRefused> {
  const row = await lockGrant(mutation, asked.id);
  if (row === null) return refuse('ADMIN_GRANT_NOT_FOUND');
  const given = { level: row.level as Level, permissionKey: row.permission_key, place: placeOfGrant(row) };
  const forbidden = refuseUnlessMayGrant(principal, given, null);
  if (forbidden !== null) return forbidden;
  if (asked.ifVersion !== null && asked.ifVersion !== row.version) return refuse('PRECONDITION_FAILED');
  if (row.status === 'revoked') return row;
  await mutation.query(revoke, [row.id, asked.reason]);
  const last = row.level === 'instance_super_admin' ? await keepSuperAdmin(mutation) : null;
  if (last !== null) return last;
  const after = (await findGrant(mutation, row.id)) as GrantRow;
  await recordGrant(mutation, 'admin_grant.revoked', row, after);
  return after;
}

function kindOf(level: Level): AskedScope['kind'] {
  if (level === 'space_admin') return 'space';
  return level === 'group_admin' ? 'group' : 'instance';
}

type Given = { readonly level: Level; readonly permissionKey: string; readonly place: Place };

/**
 * Rights of instance levels are a matter of super admins alone, whoever else holds what. `lasting` is null when the
 * right is to be taken away.
 */
function refuseUnlessMayGrant(principal: Principal, given: Given, lasting: Lasting | null) {
  const { level, permissionKey, place } = given;
  if (kindOf(level) === 'instance') return refuseUnlessSuperAdmin(principal, lasting);
  return (
    refuseUnlessHeld(principal, ['admin_grants:manage'], place) ??
    refuseUnlessHeld(principal, [permissionKey], place, lasting)
  );
}

function recordGrant(mutation: Mutation, action: string, before: GrantRow | null, after: GrantRow) {
  return mutation.record({
    action,
    spaceId: after.space_id,
    resourceType: 'admin_grant',
    resourceId: after.id,
    before: before === null ? null : grantOnWire(before),
    after: grantOnWire(after),
  });
}
