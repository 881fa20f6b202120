import type { CoreHandlers } from '../../../contract/core.ts';
import { isRefusal, refuse } from '../../../contract/refusal.ts';
import type { Database } from '../../../platform/database/index.ts';
import { findSpace } from '../../identity/index.ts';
import { recordedMutation } from '../../kernel/index.ts';
import { createRolePermission, deleteRolePermission } from './role-permission-changes.ts';
import { listRolePermissions, viewRolePermission } from './role-permission-view.ts';
import { viewedRolePermissionOnWire } from './role-permission-wire.ts';
import { absentIn } from './role-space.ts';

type SpaceRolePermissionOperations =
  | 'listSpaceRolePermissions'
  | 'createSpaceRolePermission'
  | 'getSpaceRolePermission'
  | 'deleteSpaceRolePermission';

/** What the Roles of one Space hold: wire to domain and back. */
export function spaceRolePermissionHandlers(database: Database): CoreHandlers<SpaceRolePermissionOperations> {
  return {
    async listSpaceRolePermissions({ params, page }) {
      const { space_id: spaceId, role_id: roleId, permission_id: permissionId } = params;
      if ((await findSpace(database.entities(), spaceId)) === null) return refuse('SPACE_NOT_FOUND');
      const { rows, next } = await listRolePermissions(
        database.pool,
        { spaceId, roleId, permissionId },
        page,
      );
      return { status: 200, data: rows.map(viewedRolePermissionOnWire), next };
    },
    createSpaceRolePermission: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const spaceId = input.params.space_id;
        if ((await findSpace(mutation.em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
        const created = await createRolePermission(mutation, spaceId, input.body);
        return isRefusal(created) ? created : { status: 201 as const, ...created };
      }),
    async getSpaceRolePermission({ params }) {
      const viewed = await viewRolePermission(database.pool, params.space_id, params.role_permission_id);
      if (viewed === null) return absentIn(database.entities(), params.space_id, 'ROLE_PERMISSION_NOT_FOUND');
      return { status: 200, data: viewedRolePermissionOnWire(viewed), version: viewed.version };
    },
    deleteSpaceRolePermission: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const { space_id: spaceId, role_permission_id: id } = input.params;
        if ((await findSpace(mutation.em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
        const removed = await deleteRolePermission(mutation, spaceId, id, input.ifVersion);
        return isRefusal(removed) ? removed : { status: 200 as const, ...removed };
      }),
  };
}
