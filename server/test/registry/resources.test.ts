import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CoreInput } from '../../src/contract/core.ts';
import type { PageKeys } from '../../src/contract/handlers.ts';
import { resourceHandlers } from '../../src/core/registry/index.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { auditActions, type OpenedDatabase, openTestDatabase } from './core-access.ts';
import { insertResourceWorld } from './resource-world.ts';

type Created = CoreInput<'createSpaceResource'>['body'];

describe('Resources', () => {
  let database: OpenedDatabase;
  let handlers: ReturnType<typeof resourceHandlers>;
  before(async () => {
    database = await openTestDatabase();
    handlers = resourceHandlers(database);
    await insertResourceWorld(database.pool);
  });
  after(() => database.drop());

  const create = (body: Created, space_id = 'acme') =>
    carriedOut(handlers, 'createSpaceResource', { body, params: { space_id } });
  const refusedCreate = (body: Created, space_id = 'acme') =>
    refusedWith(handlers, 'createSpaceResource', { body, params: { space_id } });
  const at = (resource_id: string, space_id = 'acme') => ({ params: { space_id, resource_id } });

  it('are registered with defaults, and shown with the names of what they belong to', async () => {
    const { data, version } = await create({ resource_type: 'invoice' });
    assert.match(data.id, /^invoice_[0-9a-f]{16}$/);
    assert.deepEqual([data.visibility, data.status, version], ['private', 'active', 1]);
    assert.deepEqual([data.group_id, data.group_path, data.owner_member_display_name], [null, null, null]);

    const body = {
      id: 'full',
      space_id: 'acme',
      resource_type: 'invoice',
      external_id: 'E-1',
      display_name: 'Full',
      group_id: 'acme_apac',
      owner_member_id: 'acme_clerk',
      visibility: 'team',
      metadata: { amount: 3 },
    };
    const { data: full } = await carriedOut(handlers, 'createResource', { body });
    const { created_at, updated_at, ...shown } = full;
    assert.ok(created_at <= updated_at);
    assert.deepEqual(shown, {
      ...body,
      space_name: 'ACME',
      group_path: 'finance.apac',
      owner_member_display_name: 'Clerk',
      status: 'active',
      deleted_at: null,
    });
    const byType = { params: { resource_type: 'invoice', resource_id: 'full' } };
    assert.deepEqual((await carriedOut(handlers, 'getResourceByTypeAndID', byType)).data, full);
    assert.deepEqual((await carriedOut(handlers, 'getSpaceResource', at('full'))).data, full);
    assert.deepEqual(await auditActions(database, 'full'), ['resource.created']);
  });

  it('are refused without a registered type, and with what belongs to another Space', async () => {
    assert.equal(await refusedCreate({ resource_type: 'rocket' }), 'RESOURCE_TYPE_NOT_FOUND');
    assert.equal(await refusedCreate({ resource_type: 'invoice' }, 'nowhere'), 'SPACE_NOT_FOUND');
    const foreign = { resource_type: 'invoice', id: 'foreign' };
    assert.equal(await refusedCreate({ ...foreign, group_id: 'blue_finance' }), 'GROUP_NOT_FOUND');
    assert.equal(await refusedCreate({ ...foreign, owner_member_id: 'blue_clerk' }), 'MEMBER_NOT_FOUND');
    assert.deepEqual(await auditActions(database, 'foreign'), []);
  });

  it('keep an id for good, also when it was used in another Space or deleted', async () => {
    await create({ resource_type: 'invoice', id: 'kept' });
    const taken = () =>
      callCore(handlers, 'createSpaceResource', {
        body: { resource_type: 'contract', id: 'kept' },
        params: { space_id: 'blue' },
      });
    const reply = await taken();
    assert.ok('code' in reply);
    assert.deepEqual([reply.code, reply.details], ['RESOURCE_CREATE_FAILED', { field: 'id' }]);
    await carriedOut(handlers, 'deleteSpaceResource', at('kept'));
    assert.ok('code' in (await taken()));
  });

  it('are not found under another type or in another Space', async () => {
    await create({ resource_type: 'invoice', id: 'mine' });
    const other = { params: { resource_type: 'contract', resource_id: 'mine' } };
    assert.equal(await refusedWith(handlers, 'getResourceByTypeAndID', other), 'RESOURCE_NOT_FOUND');
    assert.equal(await refusedWith(handlers, 'getSpaceResource', at('mine', 'blue')), 'RESOURCE_NOT_FOUND');
    assert.equal(await refusedWith(handlers, 'getSpaceResource', at('mine', 'nowhere')), 'SPACE_NOT_FOUND');
    for (const verb of ['archiveSpaceResource', 'restoreSpaceResource', 'deleteSpaceResource'] as const) {
      assert.equal(await refusedWith(handlers, verb, at('mine', 'blue')), 'RESOURCE_NOT_FOUND', verb);
    }
    const change = { ...at('mine', 'blue'), body: { display_name: 'Taken over' } };
    assert.equal(await refusedWith(handlers, 'updateSpaceResource', change), 'RESOURCE_NOT_FOUND');
    assert.equal((await carriedOut(handlers, 'getSpaceResource', at('mine'))).version, 1);
  });

  it('change only what is sent, and null clears', async () => {
    const metadata = { zebra: 1, a: 2 };
    await create({ resource_type: 'invoice', id: 'changing', group_id: 'acme_apac', metadata });
    const update = (body: CoreInput<'updateSpaceResource'>['body']) =>
      carriedOut(handlers, 'updateSpaceResource', { ...at('changing'), body });
    const { data: moved, version } = await update({
      group_id: 'acme_finance2',
      owner_member_id: 'acme_clerk',
    });
    assert.deepEqual([moved.group_path, moved.owner_member_display_name], ['finance2', 'Clerk']);
    assert.deepEqual([moved.metadata, version], [metadata, 2]);
    assert.equal((await update({ group_id: 'acme_finance2', metadata: { zebra: 1, a: 2 } })).version, 2);
    const { data: cleared } = await update({ group_id: null, owner_member_id: null, metadata: {} });
    assert.deepEqual([cleared.group_path, cleared.owner_member_id, cleared.metadata], [null, null, {}]);
    assert.deepEqual(await auditActions(database, 'changing'), [
      'resource.created',
      'resource.updated',
      'resource.updated',
    ]);
    const { rows } = await database.pool.query(
      `select trace #>> '{before,group_path}' as before, trace #>> '{after,group_path}' as after
       from audit_logs where resource_id = 'changing' and action = 'resource.updated' order by created_at, id`,
    );
    assert.deepEqual(rows[0], { before: 'finance.apac', after: 'finance2' });
  });

  it('are not changed to what belongs to another Space, nor over a version that was not seen', async () => {
    await create({ resource_type: 'invoice', id: 'held' });
    const refused = (body: CoreInput<'updateSpaceResource'>['body'], ifVersion: number | null = null) =>
      refusedWith(handlers, 'updateSpaceResource', { ...at('held'), body, ifVersion });
    assert.equal(await refused({ group_id: 'blue_finance' }), 'GROUP_NOT_FOUND');
    assert.equal(await refused({ owner_member_id: 'blue_clerk' }), 'MEMBER_NOT_FOUND');
    assert.equal(await refused({ display_name: 'X' }, 7), 'PRECONDITION_FAILED');
    assert.deepEqual(await auditActions(database, 'held'), ['resource.created']);
  });

  it('are archived, restored and deleted once, however often it is asked', async () => {
    await create({ resource_type: 'invoice', id: 'cycle' });
    const twice = async (verb: 'archiveSpaceResource' | 'restoreSpaceResource' | 'deleteSpaceResource') => {
      const first = await carriedOut(handlers, verb, at('cycle'));
      const again = await carriedOut(handlers, verb, at('cycle'));
      assert.deepEqual([again.data, again.version], [first.data, first.version]);
      return again.data;
    };
    assert.equal((await twice('archiveSpaceResource')).status, 'archived');
    const change = { ...at('cycle'), body: { display_name: 'X' } };
    assert.equal(await refusedWith(handlers, 'updateSpaceResource', change), 'RESOURCE_UPDATE_FAILED');
    assert.equal((await twice('restoreSpaceResource')).status, 'active');
    const deleted = await twice('deleteSpaceResource');
    assert.equal(deleted.status, 'deleted');
    assert.ok(deleted.deleted_at);
    for (const verb of ['archiveSpaceResource', 'restoreSpaceResource', 'getSpaceResource'] as const) {
      assert.equal(await refusedWith(handlers, verb, at('cycle')), 'RESOURCE_NOT_FOUND', verb);
    }
    assert.equal(await refusedWith(handlers, 'updateSpaceResource', change), 'RESOURCE_NOT_FOUND');
    assert.deepEqual(await auditActions(database, 'cycle'), [
      'resource.created',
      'resource.archived',
      'resource.restored',
      'resource.deleted',
    ]);
  });

  it('are listed by type and id with all filters, archived ones too, deleted ones never', async () => {
    const space_id = 'blue';
    const ids = ['b3', 'b1', 'b2'];
    for (const id of ids) await create({ resource_type: 'invoice', id, external_id: `x-${id}` }, space_id);
    await create({ resource_type: 'contract', id: 'b4', group_id: 'blue_finance' }, space_id);
    await create({ resource_type: 'contract', id: 'b5', owner_member_id: 'blue_clerk' }, space_id);
    await create({ resource_type: 'contract', id: 'b6' }, space_id);
    await carriedOut(handlers, 'archiveSpaceResource', at('b2', space_id));
    await carriedOut(handlers, 'deleteSpaceResource', at('b6', space_id));
    const list = async (filters: Omit<CoreInput<'listResources'>['params'], 'space_id'>) => {
      const params = { ...filters, space_id };
      const inSpace = await carriedOut(handlers, 'listSpaceResources', { params });
      const { data } = await carriedOut(handlers, 'listResources', { params });
      assert.deepEqual(data, inSpace.data);
      return data.map(({ id }) => id).join();
    };
    assert.equal(await list({}), 'b4,b5,b1,b2,b3');
    assert.equal(await list({ resource_type: 'invoice' }), 'b1,b2,b3');
    assert.equal(await list({ resource_type: 'invoice', status: 'active' }), 'b1,b3');
    assert.equal(await list({ status: 'archived' }), 'b2');
    assert.equal(await list({ group_id: 'blue_finance' }), 'b4');
    assert.equal(await list({ group_id: 'acme_finance' }), '');
    assert.equal(await list({ owner_member_id: 'blue_clerk' }), 'b5');
    assert.equal(await list({ external_id: 'x-b3' }), 'b3');
    const params = { space_id: 'nowhere' };
    assert.equal(await refusedWith(handlers, 'listResources', { params }), 'SPACE_NOT_FOUND');
    assert.equal(await refusedWith(handlers, 'listSpaceResources', { params }), 'SPACE_NOT_FOUND');
  });

  it('come in pages that hold each of the instance once', async () => {
    const found: string[] = [];
    let after: PageKeys | null = null;
    do {
      const page: { limit: number; after: PageKeys | null } = { limit: 2, after };
      const reply = await carriedOut(handlers, 'listResources', { page });
      found.push(...reply.data.map((row) => `${row.resource_type}/${row.id}`));
      after = reply.next;
    } while (after !== null);
    const { rows } = await database.pool.query('select id from resources where deleted_at is null');
    assert.equal(found.length, rows.length);
    assert.deepEqual(found, [...new Set(found)].sort());
  });
});
