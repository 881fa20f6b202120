import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../../contract/refusal.ts';
import { findInSpaceForChange } from '../../identity/index.ts';
import type { Mutation } from '../../kernel/index.ts';
import { changeRow, changeUnique, type VersionedChange } from '../../kernel/index.ts';
import { type MemberRole, MemberRoleEntity } from '../entities.ts';
import { type ViewedMemberRole, viewMemberRole } from './member-role-view.ts';
import { windowAfter } from './member-role-window.ts';
import { memberRoleOnWire } from './member-role-wire.ts';

/** The assignment that a path names, and the version that the caller has seen. */
export type MemberRoleTarget = {
  readonly spaceId: string;
  readonly id: string;
  readonly ifVersion: number | null;
};

/** An assignment locked for a change, and as it is viewed. */
type Opened = { readonly row: MemberRole; readonly labels: ViewedMemberRole };
type Shown = { readonly data: components['schemas']['MemberRole']; readonly version: number };
type Absent = Refusal<'SPACE_NOT_FOUND' | 'MEMBER_ROLE_NOT_FOUND'>;

/** Changes window and metadata of an assignment that is not revoked. */
export async function updateMemberRole(
  mutation: Mutation,
  target: MemberRoleTarget,
  body: components['schemas']['MemberRoleUpdate'],
): Promise<
  Shown | Absent | Refusal<'VALIDATION_FAILED' | 'MEMBER_ROLE_UPDATE_FAILED' | 'PRECONDITION_FAILED'>
> {
  const opened = await open(mutation, target);
  if (isRefusal(opened)) return opened;
  const { row } = opened;
  if (row.status === 'revoked') return refuseTaken('MEMBER_ROLE_UPDATE_FAILED', null);
  const window = windowAfter({ notBefore: row.notBefore ?? null, expiresAt: row.expiresAt ?? null }, body);
  if (isRefusal(window)) return window;
  return changeUnique(
    () => change(mutation, target, opened, 'member_role.updated', { ...window, metadata: body.metadata }),
    refuseTaken('MEMBER_ROLE_UPDATE_FAILED', null),
  );
}

/** Revokes an assignment for good. One that is revoked keeps its instant and its reason. */
export async function revokeMemberRole(
  mutation: Mutation,
  target: MemberRoleTarget,
  reason: string | null,
): Promise<Shown | Absent | Refusal<'PRECONDITION_FAILED'>> {
  const opened = await open(mutation, target);
  if (isRefusal(opened)) return opened;
  const values =
    opened.row.status === 'revoked'
      ? {}
      : { status: 'revoked' as const, revokedAt: mutation.now, revokedReason: reason };
  return change(mutation, target, opened, 'member_role.revoked', values);
}

async function open(mutation: Mutation, place: MemberRoleTarget): Promise<Opened | Absent> {
  const row = await findInSpaceForChange(mutation.em, MemberRoleEntity, place, 'MEMBER_ROLE_NOT_FOUND');
  if (isRefusal(row)) return row;
  const labels = await viewMemberRole(mutation, place.spaceId, place.id);
  return labels === null ? refuse('MEMBER_ROLE_NOT_FOUND') : { row, labels };
}

async function change(
  mutation: Mutation,
  { spaceId, ifVersion }: MemberRoleTarget,
  { row, labels }: Opened,
  action: 'member_role.updated' | 'member_role.revoked',
  values: VersionedChange<MemberRole>['values'],
): Promise<Shown | Refusal<'PRECONDITION_FAILED'>> {
  const onWire = (changed: MemberRole) => memberRoleOnWire(changed, labels);
  const changed = await changeRow(mutation, row, {
    ifVersion,
    values,
    action,
    spaceId,
    resourceType: 'member_role',
    onWire,
  });
  return isRefusal(changed) ? changed : { data: onWire(changed), version: changed.version };
}
