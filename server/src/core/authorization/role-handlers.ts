import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, type Refusal, refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { findSpace } from '../identity/spaces.ts';
import { type MutationRequest, recordedMutation } from '../recorded-mutation.ts';
import { type Role, RoleEntity } from './entities.ts';
import { changeRole, createRole, type RoleChange } from './role-changes.ts';
import { absentIn } from './role-space.ts';
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
    recordedMutation(database, input, [input.params.space_id], async (mutation) =>
      shown(await changeRole(mutation, input.params, { action, values, ifVersion: input.ifVersion })),
    );
  return {
    async listRoles({ params, page }) {
      const em = database.entities();
      if ((await findSpace(em, params.space_id)) === null) return refuse('SPACE_NOT_FOUND');
      const status = params.status === undefined ? {} : { status: params.status };
      const where = { spaceId: params.space_id, deletedAt: null, ...status };
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
      const em = database.entities();
      const where = { id: params.role_id, spaceId: params.space_id, deletedAt: null };
      const role = await em.findOne(RoleEntity, where);
      return shown(role ?? (await absentIn(em, params.space_id, 'ROLE_NOT_FOUND')));
    },
    async getRoleByID({ params }) {
      const where = { id: params.role_id, deletedAt: null };
      return shown((await database.entities().findOne(RoleEntity, where)) ?? refuse('ROLE_NOT_FOUND'));
    },
    updateRole: (input) => {
      const { name, description, metadata } = input.body;
      return change(input, 'role.updated', { name, description, metadata });
    },
    disableRole: (input) => change(input, 'role.disabled', { status: 'disabled' }),
    restoreRole: (input) => change(input, 'role.restored', { status: 'active' }),
  };
}

function shown<Refused extends Refusal<string>>(role: Role | Refused) {
  if (isRefusal(role)) return role;
  return { status: 200 as const, data: roleOnWire(role), version: role.version };
}
