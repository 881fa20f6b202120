import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CoreInput, CoreOperationId } from '../../src/contract/core.ts';
import type { PageKeys } from '../../src/contract/handlers.ts';
import { resourceTypeHandlers } from '../../src/core/registry/index.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { auditActions, type OpenedDatabase, openTestDatabase } from './core-access.ts';

type Body<Id extends CoreOperationId> = CoreInput<Id>['body'];

describe('the registry of resource types', () => {
  let database: OpenedDatabase;
  let handlers: ReturnType<typeof resourceTypeHandlers>;
  before(async () => {
    database = await openTestDatabase();
    handlers = resourceTypeHandlers(database);
  });
  after(() => database.drop());

  const upsertType = (body: Body<'upsertResourceType'>) =>
    carriedOut(handlers, 'upsertResourceType', { body });
  const upsertAction = (resource_type: string, body: Body<'upsertResourceAction'>) =>
    carriedOut(handlers, 'upsertResourceAction', { body, params: { resource_type } });
  const upsertMapping = (resource_type: string, body: Body<'upsertResourceMapping'>) =>
    carriedOut(handlers, 'upsertResourceMapping', { body, params: { resource_type } });
  const refusedMapping = (resource_type: string, body: Body<'upsertResourceMapping'>) =>
    refusedWith(handlers, 'upsertResourceMapping', { body, params: { resource_type } });

  it('registers with defaults, 201, and changes only what is sent, 200', async () => {
    const { status, data: made } = await upsertType({ key: 'purchase_order' });
    assert.equal(status, 201);
    assert.match(made.id, /^rt_[0-9a-f]{16}$/);
    assert.equal(made.display_name, 'Purchase Order');
    assert.deepEqual([made.description, made.status, made.source], [null, 'active', 'core']);

    const metadata = { zebra: 1, a: { y: 1, x: 2 } };
    const changes = { status: 'disabled', description: 'Orders', metadata } as const;
    const changed = await upsertType({ key: 'purchase_order', ...changes });
    assert.deepEqual([changed.status, changed.data.id, changed.version], [200, made.id, 2]);
    assert.equal(changed.data.display_name, 'Purchase Order');

    const { data: cleared } = await upsertType({ key: 'purchase_order', description: null });
    assert.equal(cleared.description, null);
    assert.equal(cleared.status, 'disabled', 'what is left out stays');
    assert.deepEqual(cleared.metadata, metadata);
    assert.deepEqual(await auditActions(database, made.id), [
      'resource_type.created',
      'resource_type.updated',
      'resource_type.updated',
    ]);
  });

  it('writes and records nothing when the same is sent again, whatever the order of keys', async () => {
    const replies = [
      await upsertType({ key: 'same', metadata: { zebra: 1, a: { y: 1, x: 2 } } }),
      await upsertType({ key: 'same', metadata: { zebra: 1, a: { y: 1, x: 2 } } }),
      await upsertType({ key: 'same', metadata: { a: { x: 2, y: 1 }, zebra: 1 } }),
    ];
    assert.deepEqual(
      replies.map(({ version }) => version),
      [1, 1, 1],
    );
    const id = replies[0]?.data.id ?? '';
    assert.deepEqual(await auditActions(database, id), ['resource_type.created']);
  });

  it('moves the revision of the instance once with each change', async () => {
    const read = "select coalesce(max(revision), 0)::int as n from graph_revisions where scope = '*'";
    const revision = async () => (await database.pool.query(read)).rows[0]?.['n'] as number;
    const start = await revision();
    await upsertType({ key: 'counted' });
    await upsertType({ key: 'counted' });
    assert.equal(await revision(), start + 1);
  });

  it('holds a chosen id to the row that has it', async () => {
    await upsertType({ key: 'chosen', id: 'rt_chosen' });
    assert.equal((await upsertType({ key: 'chosen', id: 'rt_chosen' })).status, 200);
    for (const body of [
      { key: 'chosen', id: 'rt_other' },
      { key: 'unchosen', id: 'rt_chosen' },
    ]) {
      const reply = await callCore(handlers, 'upsertResourceType', { body });
      assert.ok('code' in reply);
      assert.deepEqual([reply.code, reply.details], ['RESOURCE_TYPE_UPSERT_FAILED', { field: 'id' }]);
    }
  });

  it('with If-Match changes only the version that was seen, and registers nothing', async () => {
    const body = { key: 'guarded', display_name: 'G' };
    const when = (header: string) => ({
      body,
      params: { 'If-Match': header },
      ifVersion: header === '*' ? null : Number(header.slice(1, -1)),
    });
    assert.equal(await refusedWith(handlers, 'upsertResourceType', when('*')), 'PRECONDITION_FAILED');
    assert.equal(await refusedWith(handlers, 'upsertResourceType', when('"1"')), 'PRECONDITION_FAILED');
    await upsertType({ key: 'guarded' });
    assert.equal((await carriedOut(handlers, 'upsertResourceType', when('"1"'))).version, 2);
    assert.equal(await refusedWith(handlers, 'upsertResourceType', when('"1"')), 'PRECONDITION_FAILED');
    assert.equal((await carriedOut(handlers, 'upsertResourceType', when('*'))).status, 200);
  });

  it('answers a repeated Idempotency-Key with the first answer', async () => {
    const idempotency = { operationId: 'upsertResourceType', key: 'key-1', requestHash: 'hash' };
    const given = { body: { key: 'once' }, idempotency };
    const first = await carriedOut(handlers, 'upsertResourceType', given);
    const again = await carriedOut(handlers, 'upsertResourceType', given);
    assert.deepEqual([again.status, again.data, again.version], [201, first.data, first.version]);
  });

  it('lets fifty callers at once register one type, once', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => upsertType({ key: 'contended' })));
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.equal(new Set(replies.map(({ data }) => data.id)).size, 1);
  });

  it('pages types by key', async () => {
    for (const key of ['page_c', 'page_a', 'page_b']) await upsertType({ key });
    const keys: string[] = [];
    let after: PageKeys | null = null;
    do {
      const page: { limit: number; after: PageKeys | null } = { limit: 2, after };
      const reply = await carriedOut(handlers, 'listResourceTypes', { page });
      keys.push(...reply.data.map(({ key }) => key));
      after = reply.next;
    } while (after !== null);
    assert.deepEqual(keys, [...new Set(keys)].sort());
    assert.ok(['page_a', 'page_b', 'page_c'].every((key) => keys.includes(key)));
  });

  it('keeps actions under their type', async () => {
    await upsertType({ key: 'invoice' });
    await upsertType({ key: 'contract' });
    const { status, data: made } = await upsertAction('invoice', { key: 'approve', risk_level: 'high' });
    assert.deepEqual([status, made.resource_type, made.display_name], [201, 'invoice', 'Approve']);
    assert.deepEqual([made.audit_default, made.status], [true, 'active']);
    assert.equal((await upsertAction('contract', { key: 'approve' })).status, 201);
    const { data: changed } = await upsertAction('invoice', { key: 'approve', audit_default: false });
    assert.deepEqual([changed.risk_level, changed.audit_default], ['high', false]);
    assert.equal((await upsertAction('invoice', { key: 'approve', audit_default: false })).status, 200);
    assert.deepEqual(await auditActions(database, made.id), [
      'resource_action.created',
      'resource_action.updated',
    ]);
    const list = await carriedOut(handlers, 'listResourceActions', { params: { resource_type: 'invoice' } });
    assert.deepEqual(
      list.data.map(({ id }) => id),
      [made.id],
    );
  });

  it('keeps one mapping a type, whose table fits its kind', async () => {
    await upsertType({ key: 'mapped' });
    const params = { resource_type: 'mapped' };
    assert.equal(await refusedWith(handlers, 'getResourceMapping', { params }), 'RESOURCE_MAPPING_NOT_FOUND');
    assert.equal(await refusedMapping('mapped', { table_name: 'users' }), 'VALIDATION_FAILED');
    const { status, data: made } = await upsertMapping('mapped', { group_field: 'group_id' });
    assert.deepEqual([status, made.storage_kind, made.table_name], [201, 'internal_table', 'resources']);
    assert.deepEqual([made.id_field, made.space_field, made.owner_member_field], ['id', 'space_id', null]);
    assert.equal(await refusedMapping('mapped', { table_name: null }), 'VALIDATION_FAILED');
    await upsertMapping('mapped', { storage_kind: 'plugin_managed', table_name: 'orders' });
    assert.equal(await refusedMapping('mapped', { storage_kind: 'internal_table' }), 'VALIDATION_FAILED');
    const { data: shown } = await carriedOut(handlers, 'getResourceMapping', { params });
    assert.deepEqual([shown.table_name, shown.group_field], ['orders', 'group_id']);
    assert.deepEqual(await auditActions(database, made.id), [
      'resource_mapping.created',
      'resource_mapping.updated',
    ]);
  });

  it('finds no type that was not registered', async () => {
    const params = { resource_type: 'nothing' };
    for (const id of ['getResourceType', 'listResourceActions', 'getResourceMapping'] as const) {
      assert.equal(await refusedWith(handlers, id, { params }), 'RESOURCE_TYPE_NOT_FOUND', id);
    }
    const body = { key: 'approve' };
    const refused = await refusedWith(handlers, 'upsertResourceAction', { params, body });
    assert.equal(refused, 'RESOURCE_TYPE_NOT_FOUND');
    assert.equal(await refusedMapping('nothing', {}), 'RESOURCE_TYPE_NOT_FOUND');
  });
});
