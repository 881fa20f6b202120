import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import {
  changeRow,
  type MutationRequest,
  recordedMutation,
  shown,
  type VersionedChange,
} from '../kernel/index.ts';
import { createGroup } from './create-group.ts';
import { type Group, GroupEntity } from './entities.ts';
import { findInSpace, findInSpaceForChange } from './find-in-space.ts';
import { groupTree } from './group-tree.ts';
import { groupOnWire } from './group-wire.ts';
import { moveGroup } from './move-group.ts';
import { findSpace } from './spaces.ts';

type GroupOperations =
  | 'createGroup'
  | 'disableGroup'
  | 'getGroup'
  | 'getGroupByID'
  | 'getGroupTree'
  | 'listGroups'
  | 'moveGroup'
  | 'restoreGroup'
  | 'updateGroup';

type Changing = MutationRequest & {
  readonly params: { readonly space_id: string; readonly group_id: string };
  readonly ifVersion: number | null;
};

/** Groups: wire to domain and back. */
export function groupHandlers(database: Database): CoreHandlers<GroupOperations> {
  const change = (input: Changing, action: string, values: VersionedChange<Group>['values']) =>
    recordedMutation(database, input, [input.params.space_id], async (mutation) => {
      const { space_id: spaceId, group_id: id } = input.params;
      const group = await findInSpaceForChange(mutation.em, GroupEntity, { spaceId, id }, 'GROUP_NOT_FOUND');
      if (isRefusal(group)) return group;
      const { ifVersion } = input;
      const told = { ifVersion, action, spaceId, resourceType: 'group', onWire: groupOnWire };
      return shown(await changeRow(mutation, group, { ...told, values }), groupOnWire);
    });
  return {
    async listGroups({ params, page }) {
      const em = database.entities();
      if ((await findSpace(em, params.space_id)) === null) return refuse('SPACE_NOT_FOUND');
      const where = { spaceId: params.space_id, deletedAt: null };
      const { rows, next } = await keysetPage(em, GroupEntity, where, ['path', 'id'], page);
      return { status: 200, data: rows.map(groupOnWire), next };
    },
    async getGroupTree({ params }) {
      const em = database.entities();
      const where = { spaceId: params.space_id, deletedAt: null };
      const orderBy = [{ depth: 'asc' }, { sortOrder: 'asc' }, { path: 'asc' }] as const;
      const groups = await em.find(GroupEntity, where, { orderBy: [...orderBy] });
      if (groups.length === 0 && (await findSpace(em, params.space_id)) === null) {
        return refuse('SPACE_NOT_FOUND');
      }
      return { status: 200, data: groupTree(groups) };
    },
    createGroup: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const group = await createGroup(mutation, input.params.space_id, input.body);
        if (isRefusal(group)) return group;
        return { status: 201 as const, data: groupOnWire(group), version: group.version };
      }),
    async getGroup({ params }) {
      const place = { spaceId: params.space_id, id: params.group_id };
      const group = await findInSpace(database.entities(), GroupEntity, place, 'GROUP_NOT_FOUND');
      return isRefusal(group) ? group : shown(group, groupOnWire);
    },
    async getGroupByID({ params }) {
      const where = { id: params.group_id, deletedAt: null };
      const group = await database.entities().findOne(GroupEntity, where);
      return group === null ? refuse('GROUP_NOT_FOUND') : shown(group, groupOnWire);
    },
    updateGroup: (input) => {
      const { name, display_name: displayName, sort_order: sortOrder, metadata } = input.body;
      return change(input, 'group.updated', { name, displayName, sortOrder, metadata });
    },
    disableGroup: (input) => change(input, 'group.disabled', { status: 'disabled' }),
    restoreGroup: (input) => change(input, 'group.restored', { status: 'active' }),
    moveGroup: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const { space_id: spaceId, group_id: id } = input.params;
        const { ifVersion } = input;
        return shown(await moveGroup(mutation, { spaceId, id, ifVersion }, input.body), groupOnWire);
      }),
  };
}
