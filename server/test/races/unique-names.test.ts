import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { atOnce, CALLERS, race, tally, withStatus } from './race.ts';
import { assertOthersRefused, openRaceWorld, type RaceWorld } from './race-world.ts';

let world: RaceWorld;
before(async () => {
  world = await openRaceWorld();
});
after(() => world.stop());

const SPACE = '/api/v1/spaces/space_1';

/** What may be there once: where it is made, its name made of the round, and the code for the others. */
const names = [
  {
    what: 'slug of a Space',
    path: '/api/v1/spaces',
    body: (at: number) => ({ name: 'Same', slug: `slug-${at}` }),
    code: 'SPACE_CREATE_FAILED',
    action: 'space.created',
  },
  {
    what: 'path of a Group',
    path: `${SPACE}/groups`,
    body: (at: number) => ({ path: `same_${at}` }),
    code: 'GROUP_CREATE_FAILED',
    action: 'group.created',
  },
  {
    what: 'key of a role',
    path: `${SPACE}/roles`,
    body: (at: number) => ({ key: `same_${at}` }),
    code: 'ROLE_CREATE_FAILED',
    action: 'role.created',
  },
  {
    what: 'triple of a permission',
    path: '/api/v1/permissions',
    body: (at: number) => ({ resource: 'invoice', action: `same_${at}`, scope: 'space' }),
    code: 'PERMISSION_CREATE_FAILED',
    action: 'permission.created',
  },
  {
    what: 'email of a User, however it is written',
    path: '/api/v1/users',
    body: (at: number, caller: number) => ({
      email: caller % 2 === 0 ? `same_${at}@example.com` : `Same_${at}@Example.com`,
    }),
    code: 'USER_CREATE_FAILED',
    action: 'user.created',
  },
  {
    what: 'role of a Member in one window',
    path: `${SPACE}/member-roles`,
    body: (at: number) => ({
      member_id: 'member_1',
      role_id: 'role_1',
      not_before: new Date(Date.UTC(2100 + at, 0)).toISOString(),
      expires_at: new Date(Date.UTC(2100 + at, 6)).toISOString(),
    }),
    code: 'MEMBER_ROLE_CREATE_FAILED',
    action: 'member_role.created',
  },
] as const;

for (const { what, path, body, code, action } of names) {
  race(`50 who want one ${what}: one gets it, the others are told that it is taken`, async (round) => {
    // The world has a role without a window, which would overlap with every other.
    await world.sql(`update member_roles set expires_at = '2099-01-01' where id = 'member_role_1'`);
    const before = await world.recorded(action);
    const answers = await atOnce((caller) => world.call('POST', path, body(round, caller)));
    assert.equal(withStatus(answers, 201).length, 1, tally(answers));
    assertOthersRefused(answers, 201, code);
    assert.equal(await world.recorded(action), before + 1);
  });
}

race('50 who install one plugin: it is installed once, and the others find it', async (round) => {
  const manifest = {
    manifest_version: '1.0',
    plugin_api_version: '1.0',
    id: `acme.same_${round}`,
    name: 'Same',
    version: '0.0.1',
    requires_core: '>=0.0.1 <0.1.0',
    resources: [
      { key: `same_${round}`, display_name: 'Same', actions: [{ key: 'read', risk_level: 'low' }] },
    ],
    permissions: [{ resource: `same_${round}`, action: 'read', scopes: ['space', 'self'] }],
  };
  const answers = await atOnce(() => world.call('POST', '/api/v1/plugins/install', { manifest }));
  assert.equal(tally(answers), `200: ${CALLERS - 1}, 201: 1`);
  const rows = await world.sql<{ id: string }>('select id from plugins where key = $1', [manifest.id]);
  assert.equal(rows.length, 1);
  assert.equal(await world.recorded('plugin.installed', rows[0]?.id), 1);
  assert.equal(await world.count('select from permissions where resource = $1', [`same_${round}`]), 2);
});
