import type { CoreHandlers } from '../../../contract/core.ts';
import { isRefusal, refuse } from '../../../contract/refusal.ts';
import type { Database } from '../../../platform/database/index.ts';
import { recordedMutation } from '../../kernel/index.ts';
import { RoleEntity, RolePermissionEntity } from '../entities.ts';
import { createRolePermission, deleteRolePermission } from './role-permission-changes.ts';
import { listRolePermissions, viewRolePermission } from './role-permission-view.ts';
import { viewedRolePermissionOnWire } from './role-permission-wire.ts';

type RolePermissionOperations =
  | 'listRolePermissions'
  | 'createRolePermission'
  | 'getRolePermission'
  | 'deleteRolePermission';

/** What Roles hold, across the instance: wire to domain and back. */
export function rolePermissionHandlers(database: Database): CoreHandlers<RolePermissionOperations> {
  return {
    async listRolePermissions({ params, page }) {
      const filter = { spaceId: null, roleId: params.role_id, permissionId: params.permission_id };
      const { rows, next } = await listRolePermissions(database.pool, filter, page);
      return { status: 200, data: rows.map(viewedRolePermissionOnWire), next };
    },
    // The Space to lock is the Role's; a Role never leaves it, so it may be read before.
    async createRolePermission(input) {
      const where = { id: input.body.role_id, deletedAt: null };
      const role = await database.entities().findOne(RoleEntity, where);
      if (role === null) return refuse('ROLE_NOT_FOUND');
      return recordedMutation(database, input, [role.spaceId], async (mutation) => {
        const created = await createRolePermission(mutation, role.spaceId, input.body);
        return isRefusal(created) ? created : { status: 201 as const, ...created };
      });
    },
    async getRolePermission({ params }) {
      const viewed = await viewRolePermission(database.pool, null, params.role_permission_id);
      if (viewed === null) return refuse('ROLE_PERMISSION_NOT_FOUND');
      return { status: 200, data: viewedRolePermissionOnWire(viewed), version: viewed.version };
    },
    async deleteRolePermission(input) {
      const id = input.params.role_permission_id;
      const pair = await database.entities().findOne(RolePermissionEntity, { id });
      if (pair === null) return refuse('ROLE_PERMISSION_NOT_FOUND');
      return recordedMutation(database, input, [pair.spaceId], async (mutation) => {
        const removed = await deleteRolePermission(mutation, pair.spaceId, id, input.ifVersion);
        return isRefusal(removed) ? removed : { status: 200 as const, ...removed };
      });
    },
  };
}
