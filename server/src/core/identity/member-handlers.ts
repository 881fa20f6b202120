import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import {
  changeRow,
  given,
  type MutationRequest,
  recordedMutation,
  shown,
  type VersionedChange,
} from '../kernel/index.ts';
import { createMember } from './create-member.ts';
import { type Member, MemberEntity } from './entities.ts';
import { findInSpace, findInSpaceForChange } from './find-in-space.ts';
import { memberOnWire } from './member-wire.ts';
import { findSpace } from './spaces.ts';

type MemberOperations =
  | 'createMember'
  | 'disableMember'
  | 'getMember'
  | 'getMemberByID'
  | 'listMembers'
  | 'restoreMember'
  | 'updateMember';

type Changing = MutationRequest & {
  readonly params: { readonly space_id: string; readonly member_id: string };
  readonly ifVersion: number | null;
};

/** Members: wire to domain and back. */
export function memberHandlers(database: Database): CoreHandlers<MemberOperations> {
  const change = (input: Changing, action: string, values: VersionedChange<Member>['values']) =>
    recordedMutation(database, input, [input.params.space_id], async (mutation) => {
      const { space_id: spaceId, member_id: id } = input.params;
      const member = await findInSpaceForChange(
        mutation.em,
        MemberEntity,
        { spaceId, id },
        'MEMBER_NOT_FOUND',
      );
      if (isRefusal(member)) return member;
      const { ifVersion } = input;
      const told = { ifVersion, action, spaceId, resourceType: 'member', onWire: memberOnWire };
      return shown(await changeRow(mutation, member, { ...told, values }), memberOnWire);
    });
  return {
    async listMembers({ params, page }) {
      const em = database.entities();
      const spaceId = params.space_id;
      if ((await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
      const filters = given({ status: params.status, memberType: params.member_type });
      const where = { spaceId, ...filters, deletedAt: null };
      const { rows, next } = await keysetPage(em, MemberEntity, where, ['displayName', 'id'], page);
      return { status: 200, data: rows.map(memberOnWire), next };
    },
    createMember: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const member = await createMember(mutation, input.params.space_id, input.body);
        if (isRefusal(member)) return member;
        return { status: 201 as const, data: memberOnWire(member), version: member.version };
      }),
    async getMember({ params }) {
      const place = { spaceId: params.space_id, id: params.member_id };
      const member = await findInSpace(database.entities(), MemberEntity, place, 'MEMBER_NOT_FOUND');
      return isRefusal(member) ? member : shown(member, memberOnWire);
    },
    async getMemberByID({ params }) {
      const where = { id: params.member_id, deletedAt: null };
      const member = await database.entities().findOne(MemberEntity, where);
      return member === null ? refuse('MEMBER_NOT_FOUND') : shown(member, memberOnWire);
    },
    updateMember: (input) => {
      const { display_name: displayName, member_type: memberType, metadata } = input.body;
      return change(input, 'member.updated', { displayName, memberType, metadata });
    },
    disableMember: (input) => change(input, 'member.disabled', { status: 'disabled' }),
    restoreMember: (input) => change(input, 'member.restored', { status: 'active' }),
  };
}
