import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Principal } from '../../src/contract/ports.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { holding } from './guarded-call.ts';
import { type Identity, openIdentity } from './identity-fixture.ts';

let identity: Identity;
let space_id = '';
let made = 0;

before(async () => {
  identity = await openIdentity();
});
after(() => identity.close());

/** Every test has a Space of its own; the id of a Group is its path there. */
beforeEach(async () => {
  made += 1;
  space_id = `space_${made}`;
  await identity.done('createSpace', { body: { id: space_id, name: space_id } });
  for (const path of ['a', 'a.b', 'a.b.c', 'a.b.c.d', 'a.bc', 'ax', 'x', 'x.y']) {
    await identity.done('createGroup', { params: { space_id }, body: { id: idOf(path), path } });
  }
});

test('the whole subtree goes to its new place, and nothing else', async () => {
  const before = await identity.revision(space_id);
  const moved = await move('a.b', 'x.y');
  assert.deepEqual([moved.data.path, moved.data.depth, moved.version], ['x.y.b', 2, 2]);
  assert.equal(moved.data.parent_group_id, idOf('x.y'));
  assert.deepEqual(await places(), {
    a: 'a',
    'a.b': 'x.y.b < x.y',
    'a.b.c': 'x.y.b.c < a.b',
    'a.b.c.d': 'x.y.b.c.d < a.b.c',
    'a.bc': 'a.bc < a',
    ax: 'ax',
    x: 'x',
    'x.y': 'x.y < x',
  });
  assert.equal(await identity.revision(space_id), before + 1, 'one statement, one revision');
  const [created, row] = await identity.recorded(idOf('a.b'));
  assert.deepEqual([row?.action, row?.trace.after], ['group.moved', moved.data]);
  assert.deepEqual(row?.trace.before, created?.trace.after);
  const params = { space_id, group_id: idOf('a.b.c.d') };
  const { data, version } = await identity.done('getGroup', { params });
  assert.deepEqual([data.depth, version], [4, 2], 'what is below is new to its readers, too');
});

test('a Group moves to the top of its Space, and takes another segment there', async () => {
  const { data } = await move('a.b', null, 'freed');
  assert.deepEqual([data.path, data.depth, data.parent_group_id], ['freed', 0, null]);
  assert.equal((await places())['a.b.c.d'], 'freed.c.d < a.b.c');
});

test('a new segment alone renames the subtree in place', async () => {
  await move('a', null, 'aa');
  const after = await places();
  assert.deepEqual([after['a'], after['a.b'], after['ax']], ['aa', 'aa.b < a', 'ax']);
});

test('a Group cannot move below itself', async () => {
  for (const target of ['a', 'a.b', 'a.b.c']) {
    const refusal = await refusedMove('a', target);
    assert.equal(refusal.code, 'VALIDATION_FAILED');
    assert.deepEqual((refusal.details as { rule: string }[])[0]?.rule, 'cycle');
  }
  assert.equal((await places())['a.b.c'], 'a.b.c < a.b');
});

test('a place that is taken is refused by its path', async () => {
  const refusal = await refusedMove('a.b', 'a', 'bc');
  assert.deepEqual([refusal.code, refusal.details], ['GROUP_UPDATE_FAILED', { field: 'path' }]);
  const above = await refusedMove('a.b.c', 'a', 'b');
  assert.equal(above.code, 'GROUP_UPDATE_FAILED');
});

test('a parent has to be a Group of the same Space', async () => {
  const spaceOfBefore = `space_${made - 1}`;
  for (const parent_group_id of ['group_nowhere', `${spaceOfBefore}:a`]) {
    const params = { space_id, group_id: idOf('a.b') };
    const refusal = await identity.refused('moveGroup', { params, body: { parent_group_id } });
    assert.equal(refusal.code, 'GROUP_NOT_FOUND');
  }
});

test('moving to where it is changes nothing, and another version than the one seen is refused', async () => {
  assert.equal((await move('a.b', 'a')).version, 1);
  assert.equal((await identity.recorded(idOf('a.b'))).length, 1);
  const stale = {
    params: { space_id, group_id: idOf('a.b') },
    body: { parent_group_id: null },
    ifVersion: 9,
  };
  assert.equal((await identity.refused('moveGroup', stale)).code, 'PRECONDITION_FAILED');
});

test('no path below the Group may become longer than a path may be', async () => {
  const body = { id: idOf('long'), path: `a.b.${'l'.repeat(508)}` };
  await identity.done('createGroup', { params: { space_id }, body });
  const refusal = await refusedMove('a.b', 'x.y');
  assert.equal(refusal.code, 'VALIDATION_FAILED');
  // No keyword of a schema: by the contract the id of the parent is right.
  assert.equal((refusal.details as { rule: string }[])[0]?.rule, 'path_length');
  assert.equal((await move('a.b', 'x')).data.path, 'x.b');
});

test('the caller needs the right at the new parent, too, and at the Space for its top', async () => {
  const inA = reachOf('a');
  const inX = reachOf('x');
  assert.equal((await refusedMove('a.b', 'x.y', undefined, admin(inA))).code, 'GROUP_NOT_FOUND');
  assert.equal((await refusedMove('a.b', null, undefined, admin(inA))).code, 'ADMIN_PERMISSION_REQUIRED');
  assert.equal((await move('a.b', 'a.bc', undefined, admin(inA))).data.path, 'a.bc.b');
  assert.equal((await move('a.b', 'x.y', undefined, admin(inA, inX))).data.path, 'x.y.b');
  const ofSpace = admin({ level: 'space', spaceId: space_id });
  assert.equal((await move('a.b', null, undefined, ofSpace)).data.path, 'b');
});

test('a new segment is a matter of the parent, which the caller has to reach', async () => {
  const at = async () =>
    (await identity.done('getGroup', { params: { space_id, group_id: idOf('a.b') } })).data;
  const group = await at();
  const reach: Reach = { level: 'group', spaceId: space_id, groupId: group.id, groupPath: group.path };
  const parent = group.parent_group_id;
  const params = { space_id, group_id: group.id };
  const renamed = { params, body: { parent_group_id: parent, segment: 'renamed' } };
  const refusal = await identity.refused('moveGroup', renamed, admin(reach));
  assert.equal(refusal.code, parent === null ? 'ADMIN_PERMISSION_REQUIRED' : 'GROUP_NOT_FOUND');
  const same = { params, body: { parent_group_id: parent } };
  assert.equal((await identity.done('moveGroup', same, admin(reach))).data.path, group.path);
  const ofSpace = admin({ level: 'space', spaceId: space_id });
  assert.match((await identity.done('moveGroup', renamed, ofSpace)).data.path, /renamed$/);
});

test('moves that would close a circle together are carried out one after the other', async () => {
  // Connections that are open already, so that neither waits for one while the other goes ahead.
  await Promise.all([places(), places(), places(), places()]);
  const replies = await Promise.allSettled([move('a', 'x'), move('x', 'a')]);
  assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 1);
  // The second sees the first one's work, instead of meeting it in a deadlock.
  const refused = replies.find((reply) => reply.status === 'rejected');
  assert.match(String(refused?.reason), /"rule":"cycle"/);
  const after = await places();
  assert.ok(after['a'] === 'x.a < x' || after['x'] === 'a.x < a');
});

function idOf(path: string): string {
  return `${space_id}:${path}`;
}

function moved(path: string, parent: string | null, segment?: string) {
  const parent_group_id = parent === null ? null : idOf(parent);
  const body = segment === undefined ? { parent_group_id } : { parent_group_id, segment };
  return { params: { space_id, group_id: idOf(path) }, body };
}

function move(path: string, parent: string | null, segment?: string, principal?: Principal) {
  return identity.done('moveGroup', moved(path, parent, segment), principal);
}

function refusedMove(path: string, parent: string | null, segment?: string, principal?: Principal) {
  return identity.refused('moveGroup', moved(path, parent, segment), principal);
}

function reachOf(path: string): Reach {
  return { level: 'group', spaceId: space_id, groupId: idOf(path), groupPath: path };
}

function admin(...reaches: Reach[]): Principal {
  return holding('groups:manage', ...reaches);
}

/** Where each Group of the Space is now, and below which (both named by their path at the beginning). */
async function places(): Promise<Record<string, string>> {
  const { data } = await identity.done('listGroups', { params: { space_id } });
  const short = (id: string) => id.slice(space_id.length + 1);
  return Object.fromEntries(
    data.map(({ id, path, parent_group_id: parent }) => [
      short(id),
      parent === null ? path : `${path} < ${short(parent)}`,
    ]),
  );
}
