import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openAccessWorld } from './access-world.ts';

const world = await openAccessWorld();
after(() => world.stop());

test('the admin of a Space finds all that a Role needs and does the whole job, with no right outside of it', async () => {
  const { token = '' } = await world.caller('spaceA');
  async function ask<Data>(method: string, path: string, body?: Record<string, unknown>): Promise<Data> {
    const answer = await world.api<Data>(method, `/api/v1${path}`, {
      token,
      ...(body === undefined ? {} : { body }),
    });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
    return answer.body.data;
  }
  type Made = { readonly id: string };
  const inA = <Data = Made>(path: string, body: Record<string, unknown>) =>
    ask<Data>('POST', `/spaces/space_a/${path}`, body);

  const [type] = await ask<{ key: string }[]>('GET', '/resource-types');
  const resource = type?.key ?? '';
  const actions = await ask<{ key: string }[]>('GET', `/resource-types/${resource}/actions`);
  const action = actions.at(-1)?.key ?? '';
  const found = await ask<Made[]>('GET', `/permissions?resource=${resource}&action=${action}`);
  const group = await inA('groups', { path: 'sales' });
  const role = await inA('roles', { key: 'seller' });
  await inA('role-permissions', { role_id: role.id, permission_id: found[0]?.id });
  const member = await inA('members', { display_name: 'Seller' });
  const binding = await inA('user-members', {
    ...{ user_id: 'user_a', member_id: member.id, relation_type: 'delegate' },
  });
  await inA('member-roles', { member_id: member.id, role_id: role.id });
  const sold = await inA('resources', { resource_type: resource, group_id: group.id });
  // A session asks about its own User alone; the backend asks about all of them, with a key of the Space.
  const { api_key: key } = await ask<{ api_key: string }>('POST', '/api-keys', {
    ...{ name: 'Backend', level: 'space', space_id: 'space_a', permission_keys: ['authz:check'] },
  });
  const { body } = await world.api<{ allow: boolean }>('POST', '/api/v1/authz/check', {
    key,
    body: {
      actor: { user_id: 'user_a', member_id: member.id, user_member_id: binding.id, space_id: 'space_a' },
      ...{ action, resource_type: resource, resource_id: sold.id },
    },
  });
  assert.equal(body.data.allow, true);
  const logs = await ask<Made[]>('GET', '/spaces/space_a/audit-logs?limit=1');
  assert.equal(logs.length, 1);
});
