import type { Answer } from '../harness/server-http.ts';
import type { CasesOf, ExpectedActor, MutationCase } from './mutation-case.ts';
import { changed } from './mutation-case.ts';
import { type LoggedIn, type MutationWorld, PASSWORD, REGISTRATION_TOKEN } from './mutation-world.ts';

const nobody: ExpectedActor = { userId: null, memberId: null, userMemberId: null };
const theUserAlone = (userId: string | null): ExpectedActor => ({ ...nobody, userId });
const registered: MutationCase['actor'] = (_, answer: Answer) =>
  theUserAlone((answer.body.data['user'] as { id: string }).id);

/** Users whose sessions the cases change, by the token or email that their call names. */
const callers = new Map<string, LoggedIn>();
const userOf = (name: unknown) => theUserAlone(callers.get(String(name))?.userId ?? null);

async function caller(world: MutationWorld): Promise<LoggedIn> {
  const user = await world.loggedIn();
  for (const name of [user.token, user.refreshToken, user.email]) callers.set(name, user);
  return user;
}

async function registration(world: MutationWorld) {
  const email = `${world.name('registered')}@example.com`;
  return { email, password: PASSWORD, registration_token: REGISTRATION_TOKEN };
}

/** A token that was exchanged long ago. */
async function usedRefreshToken(world: MutationWorld): Promise<string> {
  const { refreshToken, sessionId } = await caller(world);
  await world.api('POST', '/api/v1/auth/refresh', { body: { refresh_token: refreshToken } });
  await world.sql(
    `update session_refresh_tokens set consumed_at = consumed_at - interval '1 hour' where session_id = $1`,
    [sessionId],
  );
  return refreshToken;
}

/** Registration, sessions and the Member that a session acts through. */
export const authCases: CasesOf<
  | 'register'
  | 'login'
  | 'logout'
  | 'refreshSession'
  | 'changeOwnPassword'
  | 'revokeOwnSession'
  | 'switchMember'
> = {
  register: [
    {
      about: 'the first of a Space that is not there yet',
      prepare: async (world) => ({ body: await registration(world), as: null }),
      rows: ['auth.registered', 'space.created', 'member.created', 'user_member.created'],
      actor: registered,
      refused: changed({}, 'USER_CREATE_FAILED'),
    },
    {
      about: 'into a Space that was disabled',
      prepare: async (world) => {
        await world.sql("update spaces set status = 'disabled' where id = 'space_default'");
        return { body: await registration(world), as: null };
      },
      rows: ['auth.registered', 'space.restored', 'member.created', 'user_member.created'],
      actor: registered,
      refused: changed({}, 'USER_CREATE_FAILED'),
    },
    {
      about: 'the first super admin, into a Space that is there',
      prepare: async (world) => {
        await world.sql(
          "update admin_grants set expires_at = now() - interval '1 day' where id = 'grant_user_1'",
        );
        const token = world.bootstrapToken;
        world.secrets.add(token);
        return { body: { ...(await registration(world)), registration_token: token }, as: null };
      },
      rows: ['auth.registered', 'member.created', 'user_member.created', 'admin_grant.created'],
      actor: registered,
      refused: async (call, world) => {
        await world.sql("update admin_grants set expires_at = null where id = 'grant_user_1'");
        return { call, code: 'REGISTRATION_DISABLED' };
      },
    },
  ],
  login: [
    {
      about: 'with the right password',
      prepare: async (world) => ({
        body: { email: (await caller(world)).email, password: PASSWORD },
        as: null,
      }),
      rows: ['auth.login'],
      actor: ({ body }) => userOf((body as { email: string }).email),
      refused: changed({ body: {} }, 'VALIDATION_FAILED'),
    },
    {
      about: 'with a wrong one, which is on record',
      prepare: async (world) => {
        const password = world.name('not-the-password');
        world.secrets.add(password);
        return { body: { email: (await caller(world)).email, password }, as: null };
      },
      rows: ['auth.login_failed'],
      status: 401,
      actor: () => nobody,
      refused: changed({ body: {} }, 'VALIDATION_FAILED'),
    },
  ],
  logout: [
    {
      prepare: async (world) => ({ as: (await caller(world)).token }),
      actor: ({ as }) => userOf(as),
      refused: (call) => ({ call: { ...call, as: null }, code: null }),
    },
  ],
  refreshSession: [
    {
      about: 'a token whose turn it is, which changes no right and is not recorded',
      prepare: async (world) => ({ body: { refresh_token: (await caller(world)).refreshToken }, as: null }),
      rows: [],
      refused: changed({ body: { refresh_token: 'ply_rt_unknown' } }, 'SESSION_EXPIRED'),
    },
    {
      about: 'a token that was exchanged long ago',
      prepare: async (world) => ({ body: { refresh_token: await usedRefreshToken(world) }, as: null }),
      rows: ['auth.refresh_reuse'],
      status: 401,
      actor: ({ body }) => userOf((body as { refresh_token: string }).refresh_token),
      refused: changed({ body: { refresh_token: 'ply_rt_unknown' } }, 'SESSION_EXPIRED'),
    },
  ],
  changeOwnPassword: [
    {
      prepare: async (world) => {
        const next = `${world.name('meadow')} beyond the narrow river`;
        world.secrets.add(next);
        const { token } = await caller(world);
        return { body: { current_password: PASSWORD, new_password: next }, as: token };
      },
      actor: ({ as }) => userOf(as),
      refused: changed({}, 'VALIDATION_FAILED'),
    },
  ],
  revokeOwnSession: [
    {
      prepare: async (world) => {
        const { userId, token, email } = await caller(world);
        await world.api('POST', '/api/v1/auth/login', { body: { email, password: PASSWORD } });
        const rows = await world.sql<{ id: string }>(
          'select id from sessions where user_id = $1 order by created_at desc, id limit 1',
          [userId],
        );
        return { params: { session_id: rows[0]?.id ?? '' }, as: token };
      },
      actor: ({ as }) => userOf(as),
      refused: changed({ params: { session_id: 'nothing' } }, 'SESSION_NOT_FOUND'),
    },
  ],
  switchMember: [
    {
      prepare: async (world) => {
        const { userId, token } = await caller(world);
        const binding = await world.made('/api/v1/spaces/space_1/user-members', {
          user_id: userId,
          member_id: 'member_2',
          relation_type: 'self',
        });
        return { body: { user_member_id: binding.id }, as: token };
      },
      actor: ({ as }) => userOf(as),
      refused: changed({ body: { user_member_id: 'nothing' } }, 'ACTIVE_MEMBER_REQUIRED'),
    },
  ],
};
