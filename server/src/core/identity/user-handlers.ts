import type { CoreHandlers, CoreInput } from '../../contract/core.ts';
import { isRefusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { changeUnique, given, recordedMutation, shown } from '../kernel/index.ts';
import {
  disableUser,
  type KeepsASuperAdmin,
  type RefuseUnlessAboveUser,
  restoreUser,
  updateUser,
} from './change-user.ts';
import { createUser } from './create-user.ts';
import { UserEntity } from './entities.ts';
import { hashNewPassword, type PasswordServices } from './new-password.ts';
import { userOnWire } from './user-wire.ts';

type UserOperations = 'createUser' | 'disableUser' | 'getUser' | 'listUsers' | 'restoreUser' | 'updateUser';

/** What the handlers of Users need. */
export type UserServices = PasswordServices & {
  readonly database: Database;
  readonly keepsASuperAdmin: KeepsASuperAdmin;
  readonly refuseUnlessAboveUser: RefuseUnlessAboveUser;
};

/** Users: wire to domain and back. */
export function userHandlers(services: UserServices): CoreHandlers<UserOperations> {
  const { database, keepsASuperAdmin, refuseUnlessAboveUser } = services;
  return {
    async listUsers({ params, page }) {
      const filters = given({ email: params.email?.toLowerCase(), status: params.status });
      const where = { ...filters, deletedAt: null };
      const { rows, next } = await keysetPage(database.entities(), UserEntity, where, ['email', 'id'], page);
      return { status: 200, data: rows.map(userOnWire), next };
    },
    async getUser({ params }) {
      return shown((await findUser(database, params.user_id)) ?? refuse('USER_NOT_FOUND'), userOnWire);
    },
    async createUser(input) {
      const { password, email } = input.body;
      const hash = password === undefined ? null : await hashNewPassword(services, password, email);
      if (isRefusal(hash)) return hash;
      return recordedMutation(database, input, [], async (mutation) => {
        const user = await createUser(mutation, input.body, hash);
        if (isRefusal(user)) return user;
        return { status: 201 as const, data: userOnWire(user), version: user.version };
      });
    },
    async updateUser(input) {
      const hash = await changedPassword(services, input);
      if (isRefusal(hash)) return hash;
      // How a User logs in is changed in the scope of the instance, as the grants of instance levels are.
      const scopes = input.body.email === undefined && hash === undefined ? [] : [null];
      const update = () =>
        recordedMutation(database, input, scopes, async (mutation) =>
          shown(
            await updateUser(mutation, changed(input), input.body, hash, refuseUnlessAboveUser),
            userOnWire,
          ),
        );
      return changeUnique(update, refuseTaken('USER_UPDATE_FAILED', 'email'));
    },
    // The lock of the instance holds whoever else may take a super admin away at the same time.
    disableUser: (input) =>
      recordedMutation(database, input, [null], async (mutation) =>
        shown(
          await disableUser(mutation, changed(input), keepsASuperAdmin, refuseUnlessAboveUser),
          userOnWire,
        ),
      ),
    restoreUser: (input) =>
      recordedMutation(database, input, [null], async (mutation) =>
        shown(await restoreUser(mutation, changed(input), refuseUnlessAboveUser), userOnWire),
      ),
  };
}

function changed(input: CoreInput<'updateUser' | 'disableUser' | 'restoreUser'>) {
  return { id: input.params.user_id, ifVersion: input.ifVersion };
}

function findUser(database: Database, id: string) {
  return database.entities().findOne(UserEntity, { id, deletedAt: null });
}

/** The hash of the password that an update brings, measured by the address that the User has afterwards. */
async function changedPassword(services: UserServices, { params, body }: CoreInput<'updateUser'>) {
  if (body.password === undefined) return undefined;
  const user = await findUser(services.database, params.user_id);
  if (user === null) return refuse('USER_NOT_FOUND');
  return hashNewPassword(services, body.password, body.email ?? user.email);
}
