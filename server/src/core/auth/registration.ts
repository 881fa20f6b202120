import type { CoreInput } from '../../contract/core.ts';
import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal } from '../../contract/refusal.ts';
import type { ChangeActor, Mutation } from '../kernel/index.ts';
import { userOnWire } from './accounts.ts';
import { actorOf, availableMembers } from './available-members.ts';
import { mintSession } from './mint-session.ts';
import type { RegistrationMode } from './registration-mode.ts';
import { ensureDefaultSpace, insertMember, insertSuperGrant, insertUser } from './registration-store.ts';
import type { AuthServices } from './services.ts';

type Registered = components['schemas']['RegisterResponse'];
/** Who asks to be registered. */
export type RegisterInput = Pick<CoreInput<'register'>, 'body' | 'request'>;

type Registration = RegisterInput & { readonly passwordHash: string };

/** The Space that registered Users become Members of. */
const DEFAULT_SPACE_ID = 'space_default';

const noSession = {
  access_token: null,
  refresh_token: null,
  token_type: null,
  expires_at: null,
  refresh_expires_at: null,
};

/** Makes all that the mode makes, each with its audit row, and the session. The registration lock is held. */
export async function makeRegistration(
  services: AuthServices,
  mutation: Mutation,
  mode: RegistrationMode,
  registration: Registration,
): Promise<Registered | Refusal<'USER_CREATE_FAILED' | 'SPACE_CREATE_FAILED'>> {
  if (mode !== 'public_user_only') {
    const scopes = mode === 'bootstrap' ? ['*', DEFAULT_SPACE_ID] : [DEFAULT_SPACE_ID];
    await mutation.query('select plystra_lock_scopes($1)', [scopes]);
  }
  const { body, request, passwordHash } = registration;
  const account = await insertUser(mutation, body, passwordHash);
  if (isRefusal(account)) return account;
  const record = recorder(mutation, { userId: account.id, memberId: null, userMemberId: null });
  const user = userOnWire(account);
  await record('auth.registered', 'user', { ...user, registration_mode: mode }, null);
  const common = {
    user,
    registration_mode: mode,
    registration_requires_approval: false,
    bootstrap_super_admin: mode === 'bootstrap',
    space_admin_grant_id: null,
  };
  if (mode === 'public_user_only') {
    const nothing = { actor: null, available_members: [], user_only: true, bootstrap_admin_grant_id: null };
    return { ...noSession, ...common, ...nothing };
  }
  const space = await ensureDefaultSpace(mutation, DEFAULT_SPACE_ID, body);
  if (isRefusal(space)) return space;
  if (space.change !== null) {
    await record(space.change, 'space', space.row, DEFAULT_SPACE_ID, space.before);
  }
  const displayName = body.member_display_name ?? body.username ?? (account.email.split('@', 1)[0] as string);
  const { member, binding } = await insertMember(mutation, account.id, DEFAULT_SPACE_ID, displayName);
  await record('member.created', 'member', member, DEFAULT_SPACE_ID);
  await record('user_member.created', 'user_member', binding, DEFAULT_SPACE_ID);
  const grant = mode === 'bootstrap' ? await insertSuperGrant(mutation, account.id) : null;
  if (grant !== null) await record('admin_grant.created', 'admin_grant', grant, null);
  const members = await availableMembers(mutation, account.id);
  const own = members.find(({ user_member_id: id }) => id === binding.id);
  const actor = own === undefined ? null : actorOf(own);
  const { tokens } = await mintSession(mutation, services, { id: account.id, actor }, request);
  return {
    ...tokens,
    ...common,
    actor,
    available_members: members,
    user_only: false,
    bootstrap_admin_grant_id: grant?.id ?? null,
  };
}

function recorder(mutation: Mutation, actor: ChangeActor) {
  return (
    action: string,
    resourceType: string,
    after: { readonly id: string; readonly [field: string]: unknown },
    spaceId: string | null,
    before: unknown = null,
  ) => mutation.record({ action, spaceId, resourceType, resourceId: after.id, before, after, actor });
}
