import type { Credential } from './http-client.ts';
import { asking, type Kind, type Turn } from './kind.ts';
import { password, type StagedWorld } from './staged-world.ts';

const REFUSED = 'AUTHENTICATION_REQUIRED';

/** Changes of credentials: API keys, sessions, and the grants by which somebody may ask at all. */
export const credentialKinds: readonly Kind[] = [
  asking('API key, switched', ({ stage, keyId }) => {
    const set = (status: string) => () => stage.change('PATCH', `/api-keys/${keyId}`, { status });
    return { [REFUSED]: set('disabled'), allow: set('active') };
  }),
  withCredential('API key, made and revoked', async (world, ask) => {
    let id = '';
    return [
      ask('allow', async () => {
        const made = await newKey(world);
        id = made.id;
        return made;
      }),
      ask(REFUSED, () => world.stage.change('POST', `/api-keys/${id}/revoke`)),
    ];
  }),
  withCredential('API key, rotated', async (world, ask) => {
    const made = await newKey(world);
    let next: Credential = made;
    return [
      ask(REFUSED, async () => {
        const old = next;
        const body = { grace_seconds: 0 };
        const { data } = await world.stage.change('POST', `/api-keys/${made.id}/rotate`, body);
        next = { key: String(data['api_key']) };
        return old;
      }),
      ask('allow', async () => next),
    ];
  }),
  withCredential('session, logged in and out', async (world, ask) => {
    await mayAsk(world);
    let session: Credential;
    return [
      ask('allow', async () => {
        session = await login(world);
        return session;
      }),
      ask(REFUSED, () => world.stage.change('POST', '/auth/logout', {}, session)),
    ];
  }),
  withCredential('session, revoked', async (world, ask) => {
    await mayAsk(world);
    let session: Credential;
    return [
      ask('allow', async () => {
        session = await login(world);
        return session;
      }),
      ask(REFUSED, async () => {
        const { stage } = world;
        const { data } = await stage.change('GET', '/auth/sessions', undefined, session);
        const listed = data as unknown as readonly { readonly id: string; readonly current: boolean }[];
        const current = listed.find((one) => one.current);
        await stage.change('POST', `/auth/sessions/${current?.id}/revoke`, undefined, session);
      }),
    ];
  }),
  withCredential('session, refreshed', async (world, ask) => {
    await mayAsk(world);
    let refreshToken = '';
    let next: Credential;
    return [
      ask('allow', async () => {
        const session = await login(world);
        ({ refreshToken } = session);
        return session;
      }),
      ask(REFUSED, async () => {
        const body = { refresh_token: refreshToken };
        const { data } = await world.stage.change('POST', '/auth/refresh', body, null);
        next = { token: String(data['access_token']) };
      }),
      ask('allow', async () => next),
    ];
  }),
  withCredential('Member that a session acts through', async (world, ask) => {
    const { stage, at, user, otherMember, binding } = world;
    await mayAsk(world);
    const body = { user_id: user, member_id: otherMember, relation_type: 'delegate' };
    const otherBinding = await stage.made(`${at}/user-members`, body);
    const session = await login(world);
    const switchTo = (to: string) => async () => {
      await stage.change('POST', '/actor/switch-member', { user_member_id: to }, session);
      return session;
    };
    const { actor: _, ...unsaid } = world.question.body;
    return [
      ask('NO_MATCHING_PERMISSION', switchTo(otherBinding), unsaid),
      ask('allow', switchTo(binding), unsaid),
    ];
  }),
  withCredential('admin grant', async (world, ask) => {
    const { stage } = world;
    let grant = await mayAsk(world);
    const session = await login(world);
    return [
      ask('ADMIN_PERMISSION_REQUIRED', async () => {
        await stage.change('POST', `/admin/grants/${grant}/revoke`);
        return session;
      }),
      ask('allow', async () => {
        grant = await mayAsk(world);
        return session;
      }),
    ];
  }),
];

/** Makes a turn of an answer and a change, which may give the credential that is used from then on. */
type Ask = (
  expected: string,
  change: () => Promise<unknown>,
  body?: Readonly<Record<string, unknown>>,
) => Turn;

function withCredential(
  name: string,
  turns: (world: StagedWorld, ask: Ask) => Promise<readonly Turn[]>,
): Kind {
  return {
    name,
    turns: (world) => {
      let as: Credential = world.question.as;
      return turns(world, (expected, change, body = world.question.body) => ({
        expected,
        change: async () => {
          const changed = await change();
          if (isCredential(changed)) as = changed;
          return { as, body };
        },
      }));
    },
  };
}

function isCredential(value: unknown): value is Credential {
  return typeof value === 'object' && value !== null && ('key' in value || 'token' in value);
}

async function newKey({ stage, space }: StagedWorld): Promise<{ readonly key: string; readonly id: string }> {
  const body = { name: 'New', level: 'space', space_id: space, permission_keys: ['authz:check'] };
  const { data } = await stage.change('POST', '/api-keys', body);
  return { key: String(data['api_key']), id: String(data['id']) };
}

async function login({ stage, email }: StagedWorld) {
  const { data } = await stage.change('POST', '/auth/login', { email, password }, null);
  return { token: String(data['access_token']), refreshToken: String(data['refresh_token']) };
}

/** Lets the User ask in its Space. Gives the id of the grant. */
function mayAsk({ stage, user, space }: StagedWorld): Promise<string> {
  const grant = { user_id: user, level: 'space_admin', space_id: space, permission_key: 'authz:check' };
  return stage.made('/admin/grants', grant);
}
