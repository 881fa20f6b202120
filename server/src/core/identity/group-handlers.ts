import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { recordedMutation } from '../recorded-mutation.ts';
import { createGroup } from './create-group.ts';
import { GroupEntity } from './entities.ts';
import { groupOnWire } from './group-wire.ts';
import { findSpace } from './spaces.ts';

type GroupOperations = 'createGroup' | 'getGroup' | 'getGroupByID' | 'listGroups';

/** Groups: wire to domain and back. */
export function groupHandlers(database: Database): CoreHandlers<GroupOperations> {
  return {
    async listGroups({ params, page }) {
      const em = database.entities();
      if ((await findSpace(em, params.space_id)) === null) return refuse('SPACE_NOT_FOUND');
      const where = { spaceId: params.space_id, deletedAt: null };
      const { rows, next } = await keysetPage(em, GroupEntity, where, ['path', 'id'], page);
      return { status: 200, data: rows.map(groupOnWire), next };
    },
    createGroup: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const group = await createGroup(mutation, input.params.space_id, input.body);
        if (isRefusal(group)) return group;
        return { status: 201 as const, data: groupOnWire(group), version: group.version };
      }),
    async getGroup({ params }) {
      return found(await findGroup(database, { id: params.group_id, spaceId: params.space_id }));
    },
    async getGroupByID({ params }) {
      return found(await findGroup(database, { id: params.group_id }));
    },
  };
}

async function findGroup(database: Database, where: { id: string; spaceId?: string }) {
  return database.entities().findOne(GroupEntity, { ...where, deletedAt: null });
}

function found(group: Awaited<ReturnType<typeof findGroup>>) {
  if (group === null) return refuse('GROUP_NOT_FOUND');
  return { status: 200 as const, data: groupOnWire(group), version: group.version };
}
