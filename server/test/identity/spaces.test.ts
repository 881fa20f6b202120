import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '../../src/contract/api-error.ts';
import { holding } from './guarded-call.ts';
import { type Identity, openIdentity } from './identity-fixture.ts';

let identity: Identity;

before(async () => {
  identity = await openIdentity();
});
after(() => identity.close());

test('a Space is created with its defaults, recorded in itself, and counted as its first revision', async () => {
  const { data } = await identity.done('createSpace', { body: { id: 'space_acme', name: 'Acme' } });
  assert.deepEqual([data.type, data.slug, data.status, data.metadata], ['custom', null, 'active', {}]);
  const made = await identity.done('createSpace', { body: { name: 'Named by the server' } });
  assert.match(made.data.id, /^space_[0-9a-f]{16}$/);
  const [row] = await identity.recorded('space_acme');
  assert.deepEqual([row?.action, row?.space_id], ['space.created', 'space_acme']);
  assert.deepEqual([await identity.revision('space_acme'), await identity.revision(made.data.id)], [1, 1]);
});

test('a slug is taken once; null takes it away again', async () => {
  await identity.done('createSpace', { body: { id: 'space_slug', name: 'Slug', slug: 'slug' } });
  const created = await identity.refused('createSpace', { body: { name: 'Other', slug: 'slug' } });
  assert.deepEqual([created.code, created.details], ['SPACE_CREATE_FAILED', { field: 'slug' }]);
  const sameId = await identity.refused('createSpace', { body: { id: 'space_slug', name: 'Other' } });
  assert.deepEqual([sameId.code, sameId.details], ['SPACE_CREATE_FAILED', { field: 'id' }]);
  await identity.done('createSpace', { body: { id: 'space_other', name: 'Other' } });
  const params = { space_id: 'space_other' };
  const changed = await identity.refused('updateSpace', { params, body: { slug: 'slug' } });
  assert.deepEqual([changed.code, changed.details], ['SPACE_UPDATE_FAILED', { field: 'slug' }]);
  await identity.done('updateSpace', { params: { space_id: 'space_slug' }, body: { slug: null } });
  assert.equal((await identity.done('updateSpace', { params, body: { slug: 'slug' } })).data.slug, 'slug');
});

test('a change, a disabling and a restoring are recorded once each, however often they are asked for', async () => {
  const params = { space_id: 'space_verbs' };
  await identity.done('createSpace', { body: { id: params.space_id, name: 'Verbs' } });
  for (const _ of [1, 2]) {
    await identity.done('updateSpace', { params, body: { name: 'Changed', metadata: { a: 1 } } });
  }
  for (const _ of [1, 2]) await identity.done('disableSpace', { params });
  assert.equal((await identity.done('getSpace', { params })).data.status, 'disabled');
  for (const _ of [1, 2]) await identity.done('restoreSpace', { params });
  const { data, version } = await identity.done('getSpace', { params });
  assert.deepEqual([data.name, data.status, version], ['Changed', 'active', 4]);
  assert.deepEqual(
    (await identity.recorded(params.space_id)).map(({ action }) => action),
    ['space.created', 'space.updated', 'space.disabled', 'space.restored'],
  );
  assert.equal(await identity.revision(params.space_id), 4);
});

test('an unknown Space is not found, and one out of reach is forbidden whether it exists or not', async () => {
  const params = { space_id: 'space_nowhere' };
  for (const refusal of [
    await identity.refused('getSpace', { params }),
    await identity.refused('updateSpace', { params, body: { name: 'x' } }),
    await identity.refused('disableSpace', { params }),
    await identity.refused('restoreSpace', { params }),
  ]) {
    assert.equal(refusal.code, 'SPACE_NOT_FOUND');
  }
  const elsewhere = holding('spaces:manage', { level: 'space', spaceId: 'space_elsewhere' });
  for (const space_id of ['space_nowhere', 'space_acme']) {
    await assert.rejects(
      identity.done('disableSpace', { params: { space_id } }, elsewhere),
      (error) => error instanceof ApiError && error.code === 'ADMIN_PERMISSION_REQUIRED',
    );
  }
});

test('the list goes by name, then id, and knows its filters', async () => {
  for (const id of ['space_z', 'space_y', 'space_x']) {
    await identity.done('createSpace', { body: { id, name: 'Same name', type: 'listed' } });
  }
  await identity.done('createSpace', { body: { id: 'space_w', name: 'A name', type: 'listed' } });
  await identity.done('disableSpace', { params: { space_id: 'space_y' } });
  const params = { type: 'listed', status: 'active' } as const;
  const first = await identity.done('listSpaces', { params, page: { limit: 2, after: null } });
  assert.deepEqual(
    first.data.map(({ id }) => id),
    ['space_w', 'space_x'],
  );
  const rest = await identity.done('listSpaces', { params, page: { limit: 2, after: first.next } });
  assert.deepEqual(
    rest.data.map(({ id }) => id),
    ['space_z'],
  );
  assert.equal(rest.next, null);
});
