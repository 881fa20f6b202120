import type { CoreHandlers } from '../../../contract/core.ts';
import { isRefusal, refuse } from '../../../contract/refusal.ts';
import { type Database, keysetPage } from '../../../platform/database/index.ts';
import { given, type MutationRequest, recordedMutation, shown } from '../../kernel/index.ts';
import { type Permission, PermissionEntity } from '../entities.ts';
import {
  changePermission,
  createPermission,
  type PermissionChange,
  updatePermission,
} from './permission-changes.ts';
import { permissionOnWire } from './permission-wire.ts';

type PermissionOperations =
  | 'listPermissions'
  | 'createPermission'
  | 'getPermission'
  | 'updatePermission'
  | 'disablePermission'
  | 'restorePermission';

type ChangeRequest = MutationRequest & {
  readonly params: { readonly permission_id: string };
  readonly ifVersion: number | null;
};

/** Permissions: wire to domain and back. */
export function permissionHandlers(database: Database): CoreHandlers<PermissionOperations> {
  const setStatus = (
    input: ChangeRequest,
    action: PermissionChange['action'],
    status: Permission['status'],
  ) =>
    recordedMutation(database, input, [null], async (mutation) => {
      const { params, ifVersion } = input;
      const change = { action, values: { status }, ifVersion };
      const permission = await changePermission(mutation, params.permission_id, change);
      return shown(permission, permissionOnWire);
    });
  return {
    async listPermissions({ params, page }) {
      const { resource, action, scope, status } = params;
      const where = { deletedAt: null, ...given({ resource, action, scope, status }) };
      const order = ['resource', 'action', 'scope'] as const;
      const { rows, next } = await keysetPage(database.entities(), PermissionEntity, where, order, page);
      return { status: 200, data: rows.map(permissionOnWire), next };
    },
    createPermission: (input) =>
      recordedMutation(database, input, [null], async (mutation) => {
        const permission = await createPermission(mutation, input.body);
        if (isRefusal(permission)) return permission;
        return { status: 201 as const, data: permissionOnWire(permission), version: permission.version };
      }),
    async getPermission({ params }) {
      const where = { id: params.permission_id, deletedAt: null };
      const permission = await database.entities().findOne(PermissionEntity, where);
      return shown(permission ?? refuse('PERMISSION_NOT_FOUND'), permissionOnWire);
    },
    updatePermission: (input) =>
      recordedMutation(database, input, [null], async (mutation) => {
        const permission = await updatePermission(
          mutation,
          input.params.permission_id,
          input.body,
          input.ifVersion,
        );
        return shown(permission, permissionOnWire);
      }),
    disablePermission: (input) => setStatus(input, 'permission.disabled', 'disabled'),
    restorePermission: (input) => setStatus(input, 'permission.restored', 'active'),
  };
}
