import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CoreInput } from '../../src/contract/core.ts';
import type { Access } from '../../src/contract/ports.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { ann, backend, type DataWorld, deniedWith, openDataWorld, sessionOf } from './data-world.ts';

const resource_type = 'invoice';
const session = sessionOf(ann);

describe('the Data Console', () => {
  let world: DataWorld;
  let handlers: ReturnType<DataWorld['console']>;
  before(async () => {
    world = await openDataWorld();
    handlers = world.console();
  });
  after(() => world.database.drop());

  type Create = NonNullable<CoreInput<'createDataRow'>['body']>;
  type Update = NonNullable<CoreInput<'updateDataRow'>['body']>;
  const creation = (body: Create, access: Access = session) => ({ params: { resource_type }, body, access });
  const create = (body: Create, access?: Access) =>
    carriedOut(handlers, 'createDataRow', creation(body, access));
  const change = (resource_id: string, body: Update, access: Access = session) => ({
    params: { resource_type, resource_id },
    body,
    access,
  });
  const update = (id: string, body: Update, access?: Access) =>
    carriedOut(handlers, 'updateDataRow', change(id, body, access));
  const stored = async (id: string) =>
    (
      await world.query(
        'select group_id, owner_member_id, display_name, status, version from resources where id = $1',
        [id],
      )
    )[0];

  it('is off until the operator switches it on, on every route', async () => {
    const off = world.console(false);
    const row = { resource_type, resource_id: 'x' };
    assert.equal(await refusedWith(off, 'listDataTables', {}), 'FEATURE_DISABLED');
    assert.equal(await refusedWith(off, 'listDataRows', { params: { resource_type } }), 'FEATURE_DISABLED');
    assert.equal(await refusedWith(off, 'getDataRow', { params: row }), 'FEATURE_DISABLED');
    assert.equal(await refusedWith(off, 'createDataRow', creation({ space_id: 'acme' })), 'FEATURE_DISABLED');
    assert.equal(
      await refusedWith(off, 'updateDataRow', change('x', { visibility: 'x' })),
      'FEATURE_DISABLED',
    );
    assert.equal(await refusedWith(off, 'deleteDataRow', { params: row }), 'FEATURE_DISABLED');
  });

  it('lists active types that are kept in the table of Resources, with their mapping or the default one', async () => {
    const page = await carriedOut(handlers, 'listDataTables', { page: { limit: 1, after: null } });
    assert.deepEqual([page.data[0]?.id, page.data[0]?.resource_type], ['rm_invoice', 'invoice']);
    const rest = await carriedOut(handlers, 'listDataTables', { page: { limit: 1, after: page.next } });
    const [plain] = rest.data;
    assert.deepEqual(
      [plain?.id, plain?.resource_type, plain?.table_name, plain?.group_field],
      [null, 'plain', 'resources', 'group_id'],
    );
    assert.equal(rest.next, null);
  });

  it('does not serve types that are kept elsewhere, or not registered', async () => {
    for (const type of ['note', 'order']) {
      const params = { resource_type: type };
      assert.equal(await refusedWith(handlers, 'listDataRows', { params }), 'UNSUPPORTED_RESOURCE_MAPPING');
      const sent = { ...creation({ space_id: 'acme' }), params };
      assert.equal(await refusedWith(handlers, 'createDataRow', sent), 'UNSUPPORTED_RESOURCE_MAPPING');
    }
    const params = { resource_type: 'nothing', resource_id: 'x' };
    assert.equal(await refusedWith(handlers, 'getDataRow', { params }), 'RESOURCE_TYPE_NOT_FOUND');
  });

  it('lists and gives rows of one Space or all, archived ones too, deleted ones not', async () => {
    await world.put('l1', 'g_finance');
    await world.put('l2', null, { space_id: 'blue' });
    await world.put('l3', null, { status: 'archived' });
    await world.put('l4', null, { status: 'deleted' });
    await world.put('l5', null, { resource_type: 'plain' });
    const ids = async (space_id?: string) => {
      const params = { resource_type, ...(space_id === undefined ? {} : { space_id }) };
      const { data } = await carriedOut(handlers, 'listDataRows', { params });
      return data.map(({ id }) => id);
    };
    assert.deepEqual(await ids(), ['l1', 'l2', 'l3']);
    assert.deepEqual(await ids('acme'), ['l1', 'l3']);
    const params = { resource_type, space_id: 'none' };
    assert.equal(await refusedWith(handlers, 'listDataRows', { params }), 'SPACE_NOT_FOUND');
    const one = await carriedOut(handlers, 'getDataRow', { params: { resource_type, resource_id: 'l1' } });
    assert.deepEqual([one.data.group_path, one.version], ['finance', 1]);
    for (const resource_id of ['l4', 'l5', 'nothing']) {
      const sent = { params: { resource_type, resource_id } };
      assert.equal(await refusedWith(handlers, 'getDataRow', sent), 'RESOURCE_NOT_FOUND');
    }
  });

  it('creates a row that the decision about it allows, and records both', async () => {
    const done = await create({ id: 'c1', space_id: 'acme', group_id: 'g_apac', display_name: 'One' });
    assert.equal(done.status, 201);
    assert.deepEqual([done.data.row.owner_member_id, done.data.row.group_path], ['m_ann', 'finance.apac']);
    const { authorization } = done.data;
    assert.equal(authorization.decision, 'allow');
    assert.equal(done.headers?.['X-Plystra-Audit-Log-ID'], authorization.audit_log_id);
    assert.deepEqual(await world.recorded('c1'), ['invoice.create allow', 'resource.created allow']);
    const nobodys = await create({ space_id: 'acme', group_id: 'g_finance', owner_member_id: null });
    assert.equal(nobodys.data.row.owner_member_id, null);
    assert.match(nobodys.data.row.id, /^invoice_[0-9a-f]{16}$/);
  });

  it('denies a row out of reach, on record, and creates nothing', async () => {
    const elsewhere = create({ id: 'c2', space_id: 'acme', group_id: 'g_ops' });
    assert.equal(await deniedWith(elsewhere), 'SCOPE_OUT_OF_BOUNDS');
    assert.equal(await deniedWith(create({ id: 'c3', space_id: 'acme' })), 'TARGET_GROUP_MISSING');
    const other = create({ id: 'c4', space_id: 'blue', group_id: 'g_blue' });
    assert.equal(await deniedWith(other), 'CROSS_SPACE_VIOLATION');
    assert.deepEqual(await world.recorded('c2'), ['invoice.create deny SCOPE_OUT_OF_BOUNDS']);
    assert.deepEqual(await world.query("select id from resources where id in ('c2', 'c3', 'c4')"), []);
  });

  it('refuses what does not exist, and an id that was ever used', async () => {
    const refused = (body: Create) => refusedWith(handlers, 'createDataRow', creation(body));
    assert.equal(await refused({ space_id: 'none' }), 'SPACE_NOT_FOUND');
    assert.equal(await refused({ space_id: 'acme', group_id: 'g_blue' }), 'GROUP_NOT_FOUND');
    assert.equal(await refused({ space_id: 'acme', owner_member_id: 'm_blue' }), 'MEMBER_NOT_FOUND');
    await world.put('used', null, { status: 'deleted' });
    const taken = { id: 'used', space_id: 'acme', group_id: 'g_finance' };
    assert.equal(await refused(taken), 'RESOURCE_ALREADY_EXISTS');
  });

  it('takes the actor of a session from the session, and of an API key from the request', async () => {
    const place = { space_id: 'acme', group_id: 'g_finance' };
    const sent = (body: Create, access: Access) =>
      refusedWith(handlers, 'createDataRow', creation(body, access));
    assert.equal(await sent({ ...place, actor: ann }, session), 'INLINE_CONTEXT_REQUIRES_API_KEY');
    assert.equal(await sent(place, sessionOf(null)), 'ACTIVE_MEMBER_REQUIRED');
    assert.equal(await sent(place, backend), 'VALIDATION_FAILED');
    const done = await create({ id: 'k1', ...place, actor: ann }, backend);
    assert.equal(done.data.row.owner_member_id, 'm_ann');
    const rows = await world.query('select actor_member_id, actor_api_key_id from audit_logs where id = $1', [
      done.data.authorization.audit_log_id,
    ]);
    assert.deepEqual(rows, [{ actor_member_id: 'm_ann', actor_api_key_id: 'ak_backend' }]);
    const unbound = { ...ann, user_member_id: 'um_none' };
    assert.equal(await deniedWith(create({ ...place, actor: unbound }, backend)), 'ACTOR_NOT_FOUND');
  });

  it('gives a repeated request the first answer without deciding it again', async () => {
    const idempotency = { operationId: 'createDataRow', key: 'once', requestHash: 'hash' };
    const sent = { ...creation({ id: 'i1', space_id: 'acme', group_id: 'g_finance' }), idempotency };
    const first = await carriedOut(handlers, 'createDataRow', sent);
    const second = await carriedOut(handlers, 'createDataRow', sent);
    assert.deepEqual(second.data, first.data);
    assert.equal(second.headers?.['Idempotency-Replayed'], 'true');
    assert.deepEqual(await world.recorded('i1'), ['invoice.create allow', 'resource.created allow']);
  });

  it('changes a row within reach, and tells the decision about the row as it is now', async () => {
    await world.put('u1', 'g_finance');
    const done = await update('u1', { group_id: 'g_apac', display_name: 'Moved' });
    assert.deepEqual([done.data.row.group_path, done.version], ['finance.apac', 2]);
    assert.deepEqual(await world.recorded('u1'), [
      'invoice.update allow',
      'invoice.update allow',
      'resource.updated allow',
    ]);
    const [row] = await world.query("select trace ->> 'mode' as mode from audit_logs where id = $1", [
      done.data.authorization.audit_log_id,
    ]);
    assert.deepEqual(row, { mode: 'proposed' });
    const cleared = await update('u1', { display_name: null, owner_member_id: 'm_bob' });
    assert.deepEqual(
      [cleared.data.row.display_name, cleared.data.row.owner_member_id, cleared.data.row.group_id],
      [null, 'm_bob', 'g_apac'],
    );
  });

  it('moves no row out of reach, and none into it', async () => {
    await world.put('u2', 'g_finance');
    await world.put('u3', 'g_ops');
    const before = [await stored('u2'), await stored('u3')];
    assert.equal(await deniedWith(update('u2', { group_id: 'g_ops' })), 'SCOPE_OUT_OF_BOUNDS');
    assert.equal(await deniedWith(update('u3', { group_id: 'g_finance' })), 'SCOPE_OUT_OF_BOUNDS');
    assert.equal(await deniedWith(update('u2', { group_id: null })), 'TARGET_GROUP_MISSING');
    assert.deepEqual([await stored('u2'), await stored('u3')], before);
    assert.deepEqual(await world.recorded('u3'), ['invoice.update deny SCOPE_OUT_OF_BOUNDS']);
  });

  it('refuses changes of rows that are gone, archived or newer than If-Match', async () => {
    const refused = (id: string, body: Update, ifVersion: number | null = null) =>
      refusedWith(handlers, 'updateDataRow', { ...change(id, body), ifVersion });
    await world.put('u4', 'g_finance', { status: 'archived' });
    await world.put('u5', 'g_finance', { status: 'deleted' });
    await world.put('u6', 'g_finance');
    assert.equal(await refused('u4', { visibility: 'public' }), 'RESOURCE_UPDATE_FAILED');
    assert.equal(await refused('u5', { visibility: 'public' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await refused('u6', { visibility: 'public' }, 2), 'PRECONDITION_FAILED');
    assert.equal(await refused('u6', { group_id: 'g_blue' }), 'GROUP_NOT_FOUND');
    assert.equal(await refused('u6', { owner_member_id: 'm_blue' }), 'MEMBER_NOT_FOUND');
    assert.deepEqual(await world.recorded('u6'), []);
  });

  it('decides anew about a row that changes while it is being decided about', async () => {
    await world.put('u7', 'g_finance');
    let moves = 0;
    // The caller's right is read again at the start of both decisions and of the mutation, which comes third.
    const moving: Access = {
      ...session,
      again: async () => {
        moves += 1;
        if (moves === 3)
          await world.query("update resources set group_id = 'g_ops', version = 2 where id = 'u7'");
        return session;
      },
    };
    const denied = callCore(handlers, 'updateDataRow', change('u7', { visibility: 'public' }, moving));
    assert.equal(await deniedWith(denied), 'SCOPE_OUT_OF_BOUNDS');
    assert.deepEqual((await stored('u7'))?.['group_id'], 'g_ops');
  });

  it('deletes a row for good when the decision allows it', async () => {
    const deletion = (resource_id: string, access: Access = session, actor?: string) => ({
      params: {
        resource_type,
        resource_id,
        ...(actor === undefined ? {} : { actor_user_member_id: actor }),
      },
      access,
    });
    await world.put('d1', 'g_finance');
    await world.put('d2', 'g_ops');
    await world.put('d3', 'g_finance');
    const refused = (sent: ReturnType<typeof deletion>) => refusedWith(handlers, 'deleteDataRow', sent);
    const { data } = await carriedOut(handlers, 'deleteDataRow', deletion('d1'));
    assert.equal(data.row.status, 'deleted');
    assert.notEqual(data.row.deleted_at, null);
    assert.deepEqual(await world.recorded('d1'), ['invoice.delete allow', 'resource.deleted allow']);
    assert.equal(await refused(deletion('d1')), 'RESOURCE_NOT_FOUND');
    const denied = callCore(handlers, 'deleteDataRow', deletion('d2'));
    assert.equal(await deniedWith(denied), 'SCOPE_OUT_OF_BOUNDS');
    assert.equal(await refused(deletion('d3', session, 'um_ann')), 'INLINE_CONTEXT_REQUIRES_API_KEY');
    assert.equal(await refused(deletion('d3', backend)), 'VALIDATION_FAILED');
    assert.equal(await refused(deletion('d3', backend, 'um_none')), 'VALIDATION_FAILED');
    const done = await carriedOut(handlers, 'deleteDataRow', deletion('d3', backend, 'um_ann'));
    assert.equal(done.data.authorization.allow, true);
  });

  it('tells of no audit row where none is kept', async () => {
    const silent = world.console(true, 'deny_only');
    const sent = creation({ id: 's1', space_id: 'acme', group_id: 'g_finance' });
    const done = await carriedOut(silent, 'createDataRow', sent);
    assert.equal(done.data.authorization.audit_log_id, null);
    assert.equal(done.headers?.['X-Plystra-Audit-Log-ID'], undefined);
    assert.deepEqual(await world.recorded('s1'), ['resource.created allow']);
  });
});
