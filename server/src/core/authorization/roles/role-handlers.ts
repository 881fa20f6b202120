import type { CoreHandlers } from '../../../contract/core.ts';
import { isRefusal, refuse } from '../../../contract/refusal.ts';
import { type Database, keysetPage } from '../../../platform/database/index.ts';
import { findInSpace, findSpace } from '../../identity/index.ts';
import { given, type MutationRequest, recordedMutation, shown } from '../../kernel/index.ts';
import { RoleEntity } from '../entities.ts';
import { changeRole, createRole, type RoleChange } from './role-changes.ts';
import { roleOnWire } from './role-wire.ts';

type RoleOperations =
  | 'listRoles'
  | 'createRole'
  | 'getRole'
  | 'updateRole'
  | 'disableRole'
  | 'restoreRole'
  | 'getRoleByID';

type ChangeRequest = MutationRequest & {
  readonly params: { readonly space_id: string; readonly role_id: string };
  readonly ifVersion: number | null;
};

/** Roles: wire to domain and back. */
export function roleHandlers(database: Database): CoreHandlers<RoleOperations> {
  const change = (input: ChangeRequest, action: RoleChange['action'], values: RoleChange['values']) =>
    recordedMutation(database, input, [input.params.space_id], async (mutation) => {
      const { params, ifVersion } = input;
      const role = await changeRole(mutation, params, { action, values, ifVersion });
      return shown(role, roleOnWire);
    });
  return {
    async listRoles({ params, page }) {
      const em = database.entities();
      if ((await findSpace(em, params.space_id)) === null) return refuse('SPACE_NOT_FOUND');
      const where = { spaceId: params.space_id, deletedAt: null, ...given({ status: params.status }) };
      const { rows, next } = await keysetPage(em, RoleEntity, where, ['key', 'id'], page);
      return { status: 200, data: rows.map(roleOnWire), next };
    },
    createRole: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const role = await createRole(mutation, input.params.space_id, input.body);
        if (isRefusal(role)) return role;
        return { status: 201 as const, data: roleOnWire(role), version: role.version };
      }),
    async getRole({ params }) {
      const place = { spaceId: params.space_id, id: params.role_id };
      const role = await findInSpace(database.entities(), RoleEntity, place, 'ROLE_NOT_FOUND');
      return shown(role, roleOnWire);
    },
    async getRoleByID({ params }) {
      const where = { id: params.role_id, deletedAt: null };
      const role = await database.entities().findOne(RoleEntity, where);
      return shown(role ?? refuse('ROLE_NOT_FOUND'), roleOnWire);
    },
    updateRole: (input) => {
      const { name, description, metadata } = input.body;
      return change(input, 'role.updated', { name, description, metadata });
    },
    disableRole: (input) => change(input, 'role.disabled', { status: 'disabled' }),
    restoreRole: (input) => change(input, 'role.restored', { status: 'active' }),
  };
}
