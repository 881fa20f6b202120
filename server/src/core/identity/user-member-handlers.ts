import type { CoreHandlers, CoreInput } from '../../contract/core.ts';
import { isRefusal, type Refusal, refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { given, recordedMutation } from '../kernel/index.ts';
import { createUserMember } from './create-user-member.ts';
import { UserMemberEntity } from './entities.ts';
import { findInSpace } from './find-in-space.ts';
import { findSpace } from './spaces.ts';
import { endNamesOf, type UserMemberOnWire, userMemberOnWire } from './user-member-wire.ts';
import { type NamedUserMember, revokeUserMember, updateUserMember } from './user-members.ts';

type UserMemberOperations =
  | 'createUserMember'
  | 'getUserMember'
  | 'getUserMemberByID'
  | 'listUserMembers'
  | 'revokeUserMember'
  | 'updateUserMember';

/** Bindings of Users to Members: wire to domain and back. */
export function userMemberHandlers(database: Database): CoreHandlers<UserMemberOperations> {
  return {
    async listUserMembers({ access, params, page }) {
      const em = database.entities();
      const spaceId = params.space_id;
      if ((await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
      const filters = given({
        userId: params.user_id,
        memberId: params.member_id,
        status: params.status,
        relationType: params.relation_type,
      });
      const where = { spaceId, ...filters, deletedAt: null };
      const { rows, next } = await keysetPage(em, UserMemberEntity, where, ['id'], page);
      const names = await endNamesOf(em, rows, access.principal);
      return { status: 200, data: rows.map((row) => userMemberOnWire(row, names)), next };
    },
    createUserMember: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const created = await createUserMember(mutation, input.params.space_id, input.body);
        return isRefusal(created) ? created : { ...named(created), status: 201 as const };
      }),
    async getUserMember({ access, params }) {
      const em = database.entities();
      const place = { spaceId: params.space_id, id: params.user_member_id };
      const binding = await findInSpace(em, UserMemberEntity, place, 'USER_MEMBER_NOT_FOUND');
      if (isRefusal(binding)) return binding;
      return named({ binding, names: await endNamesOf(em, [binding], access.principal) });
    },
    async getUserMemberByID({ access, params }) {
      const em = database.entities();
      const binding = await em.findOne(UserMemberEntity, { id: params.user_member_id, deletedAt: null });
      if (binding === null) return refuse('USER_MEMBER_NOT_FOUND');
      return named({ binding, names: await endNamesOf(em, [binding], access.principal) });
    },
    updateUserMember: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) =>
        shownNamed(await updateUserMember(mutation, changed(input), input.body)),
      ),
    revokeUserMember: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) =>
        shownNamed(await revokeUserMember(mutation, changed(input), input.body?.revoked_reason ?? null)),
      ),
  };
}

function changed({ params, ifVersion }: CoreInput<'updateUserMember' | 'revokeUserMember'>) {
  return { spaceId: params.space_id, id: params.user_member_id, ifVersion };
}

type Shown = { status: 200; data: UserMemberOnWire; version: number };

function shownNamed<Code extends string>(result: NamedUserMember | Refusal<Code>): Shown | Refusal<Code> {
  return isRefusal(result) ? (result as Refusal<Code>) : named(result as NamedUserMember);
}

function named({ binding, names }: NamedUserMember): Shown {
  return { status: 200, data: userMemberOnWire(binding, names), version: binding.version };
}
