import type { RaceWorld } from './race-world.ts';

const SPACES = '/api/v1/spaces';
const { random, floor } = Math;

/** One thing of a mixed load. `at` is a number that no other has. */
export type Step = (world: RaceWorld, at: number) => Promise<unknown>;

const oneOf = <Item>(items: readonly Item[]): Item => items[floor(random() * items.length)] as Item;
const space = () => oneOf(['space_1', 'space_2', 'space_3']);
const few = () => floor(random() * 6);

const question = {
  action: 'approve',
  resource_type: 'invoice',
  resource_id: 'invoice_1',
  actor: { user_id: 'user_1', member_id: 'member_1', user_member_id: 'binding_1', space_id: 'space_1' },
};

/** What belongs to the instance: its changes concern all Spaces. */
const instanceWide: readonly Step[] = [
  (world) =>
    world.call('POST', '/api/v1/permissions', {
      resource: 'invoice',
      action: `act_${few()}`,
      scope: 'space',
    }),
  (world, at) => world.call('PATCH', '/api/v1/permissions/permission_1', { description: `Changed ${at}` }),
  (world) => world.call('POST', `/api/v1/permissions/permission_2/${oneOf(['disable', 'restore'])}`),
  (world, at) =>
    world.call('POST', '/api/v1/resource-types', { key: `type_${few()}`, display_name: `Type ${at}` }),
  (world, at) =>
    world.call('POST', '/api/v1/resource-types/invoice/actions', { key: 'read', description: `At ${at}` }),
  (world) =>
    world.call('POST', '/api/v1/resource-types/invoice/mapping', { status: oneOf(['active', 'disabled']) }),
  (world) => world.call('POST', '/api/v1/users', { email: `mixed_${few()}@example.com` }),
  (world) => world.call('PATCH', '/api/v1/users/user_2', { email: `swap_${few()}@example.com` }),
  (world) => world.call('PATCH', '/api/v1/users/user_3', { email: `swap_${few()}@example.com` }),
  (world) => world.call('POST', `/api/v1/users/user_2/${oneOf(['disable', 'restore'])}`),
  (world, at) => world.call('POST', SPACES, { name: `Space ${at}`, slug: `slug-${few()}` }),
  (world) => world.call('POST', `${SPACES}/space_3/${oneOf(['disable', 'restore'])}`),
  (world) => world.call('PATCH', `${SPACES}/space_2`, { slug: `slug-${few()}` }),
  (world, at) => withNew(world, '/api/v1/api-keys', keyOf('instance', null), (id) => key(world, id, at)),
  (world) =>
    world.call('POST', '/api/v1/plugins/install', {
      manifest: {
        manifest_version: '1.0',
        plugin_api_version: '1.0',
        id: `acme.mixed_${few()}`,
        name: 'Mixed',
        version: '0.0.1',
        requires_core: '>=0.0.1 <0.1.0',
        resources: [
          { key: `type_${few()}`, display_name: 'Type', actions: [{ key: 'read', risk_level: 'low' }] },
        ],
      },
    }),
  (world) =>
    world.call('POST', '/api/v1/templates/blank/install', {
      space_id: space(),
      allow_missing_plugins: true,
      allow_missing_capabilities: true,
    }),
];

/** What belongs to one Space. */
const ofASpace: readonly Step[] = [
  (world, at) =>
    withNew(world, `${SPACES}/${space()}/members`, { display_name: `Member ${at}` }, async () => undefined),
  (world, at) => world.call('PATCH', `${SPACES}/space_1/members/member_1`, { display_name: `Renamed ${at}` }),
  (world) => world.call('POST', `${SPACES}/space_1/members/member_2/${oneOf(['disable', 'restore'])}`),
  (world) => world.call('POST', `${SPACES}/${space()}/groups`, { path: `mixed_${few()}` }),
  (world) =>
    world.call('POST', `${SPACES}/space_1/groups/group_1_apac/move`, {
      parent_group_id: oneOf(['group_1', null]),
    }),
  (world) => world.call('POST', `${SPACES}/space_1/groups/group_1/${oneOf(['disable', 'restore'])}`),
  (world) => world.call('POST', `${SPACES}/${space()}/roles`, { key: `role_${few()}` }),
  (world) => {
    const pair = { role_id: 'role_1', permission_id: 'permission_2' };
    return withNew(world, '/api/v1/role-permissions', pair, (id) =>
      world.call('DELETE', `/api/v1/role-permissions/${id}`),
    );
  },
  (world) =>
    withNew(world, `${SPACES}/space_1/member-roles`, { member_id: 'member_2', role_id: 'role_1' }, (id) =>
      world.call('POST', `${SPACES}/space_1/member-roles/${id}/revoke`),
    ),
  (world) =>
    withNew(
      world,
      `${SPACES}/space_1/user-members`,
      { user_id: 'user_2', member_id: 'member_2', relation_type: 'self' },
      (id) => world.call('POST', `${SPACES}/space_1/user-members/${id}/revoke`),
    ),
  (world) => {
    const grant = {
      user_id: 'user_3',
      level: 'space_admin',
      space_id: space(),
      permission_key: 'groups:read',
    };
    return withNew(world, '/api/v1/admin/grants', grant, (id) =>
      world.call('POST', `/api/v1/admin/grants/${id}/revoke`),
    );
  },
  (world, at) => withNew(world, '/api/v1/api-keys', keyOf('space', space()), (id) => key(world, id, at)),
  (world) =>
    withNew(world, `${SPACES}/space_1/resources`, { resource_type: 'invoice', group_id: 'group_1' }, (id) =>
      world.call('POST', `${SPACES}/space_1/resources/${id}/${oneOf(['archive', 'restore'])}`),
    ),
];

/** Decisions, plain and explained. */
const checks: readonly Step[] = [
  (world) => world.ask(question),
  (world) => world.ask({ ...question, explain: true }),
];

/** The next step of a caller: changes of both kinds and decisions, in equal parts. */
export function anyStep(): Step {
  return oneOf(oneOf([instanceWide, ofASpace, checks]));
}

async function withNew(
  world: RaceWorld,
  path: string,
  body: unknown,
  then: (id: string) => Promise<unknown>,
) {
  const answer = await world.call<{ id?: string; api_key?: { id: string } }>('POST', path, body);
  const id = answer.body.data?.id ?? answer.body.data?.api_key?.id;
  if (answer.status !== 201 || id === undefined) return answer;
  return [answer, await then(id)];
}

async function key(world: RaceWorld, id: string, at: number) {
  return Promise.all([
    world.call('POST', `/api/v1/api-keys/${id}/rotate`, { grace_seconds: at % 2 }),
    world.call('POST', `/api/v1/api-keys/${id}/revoke`),
  ]);
}

function keyOf(level: string, spaceId: string | null) {
  return {
    name: 'Mixed',
    level,
    permission_keys: ['groups:read'],
    ...(spaceId === null ? {} : { space_id: spaceId }),
  };
}
