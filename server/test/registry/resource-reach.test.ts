import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../../src/contract/api-error.ts';
import type { CoreInput } from '../../src/contract/core.ts';
import type { Principal } from '../../src/contract/ports.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { resourceHandlers } from '../../src/core/registry/index.ts';
import { callCore, carriedOut, superAdmin } from '../core-input.ts';
import { guardedAccess, holding, type OpenedDatabase, openTestDatabase } from './core-access.ts';
import { insertResourceWorld } from './resource-world.ts';

const group = (groupId: string, groupPath: string, spaceId = 'acme'): Reach => ({
  level: 'group',
  spaceId,
  groupId,
  groupPath,
});
const FINANCE = group('acme_finance', 'finance');
const FINANCE2 = group('acme_finance2', 'finance2');

describe('how far a right to Resources goes', () => {
  let database: OpenedDatabase;
  let handlers: ReturnType<typeof resourceHandlers>;
  before(async () => {
    database = await openTestDatabase();
    handlers = resourceHandlers(database);
    await insertResourceWorld(database.pool);
    await database.pool.query(`insert into resources (id, resource_type, space_id, group_id) values
      ('in_finance', 'invoice', 'acme', 'acme_finance'), ('in_apac', 'invoice', 'acme', 'acme_apac'),
      ('in_finance2', 'invoice', 'acme', 'acme_finance2'), ('in_finance_x', 'invoice', 'acme', 'acme_finance_x'),
      ('in_yx_sub', 'invoice', 'acme', 'acme_financeyx_sub'),
      ('in_none', 'invoice', 'acme', null), ('in_blue', 'invoice', 'blue', 'blue_finance')`);
  });
  after(() => database.drop());

  /** `done`, or the code of the refusal, be it the guard's or the handler's. */
  const outcome = async (work: () => Promise<object>) => {
    try {
      const reply = await work();
      return 'code' in reply ? String(reply.code) : 'done';
    } catch (error) {
      if (error instanceof ApiError) return error.code;
      throw error;
    }
  };
  const create = (principal: Principal, group_id: string | null) => {
    const params = { space_id: 'acme' };
    const body = { resource_type: 'invoice', group_id };
    const space_id = 'acme';
    return Promise.all([
      outcome(async () => {
        const access = await guardedAccess(database.pool, principal, 'createSpaceResource', params, body);
        return callCore(handlers, 'createSpaceResource', { params, body, access });
      }),
      outcome(async () => {
        const named = { ...body, space_id };
        const access = await guardedAccess(database.pool, principal, 'createResource', {}, named);
        return callCore(handlers, 'createResource', { body: named, access });
      }),
    ]);
  };
  const update = (
    principal: Principal,
    resource_id: string,
    body: CoreInput<'updateSpaceResource'>['body'],
  ) => {
    const params = { space_id: 'acme', resource_id };
    return outcome(async () => {
      const access = await guardedAccess(database.pool, principal, 'updateSpaceResource', params, body);
      return callCore(handlers, 'updateSpaceResource', { params, body, access });
    });
  };

  it('a right to a Group registers there and below, nowhere else, and learns nothing of the rest', async () => {
    const admin = holding('resources:manage', FINANCE);
    assert.deepEqual(await create(admin, 'acme_finance'), ['done', 'done']);
    assert.deepEqual(await create(admin, 'acme_apac'), ['done', 'done']);
    for (const groupId of ['acme_finance2', 'acme_finance_x', 'blue_finance', 'nothing', null]) {
      assert.deepEqual(
        await create(admin, groupId),
        ['ADMIN_PERMISSION_REQUIRED', 'ADMIN_PERMISSION_REQUIRED'],
        String(groupId),
      );
    }
  });

  it('a right to a Space registers in all of it, and in no other', async () => {
    const admin = holding('resources:manage', { level: 'space', spaceId: 'acme' });
    assert.deepEqual(await create(admin, 'acme_finance2'), ['done', 'done']);
    assert.deepEqual(await create(admin, null), ['done', 'done']);
    assert.deepEqual(await create(admin, 'blue_finance'), ['GROUP_NOT_FOUND', 'GROUP_NOT_FOUND']);
    const stranger = holding('resources:manage', { level: 'space', spaceId: 'blue' });
    assert.deepEqual(await create(stranger, null), [
      'ADMIN_PERMISSION_REQUIRED',
      'ADMIN_PERMISSION_REQUIRED',
    ]);
  });

  it('a right to read does not register', async () => {
    const reader = holding('resources:read', { level: 'instance' });
    assert.deepEqual(await create(reader, null), ['ADMIN_PERMISSION_REQUIRED', 'ADMIN_PERMISSION_REQUIRED']);
  });

  it('moving needs the right at the old and at the new place', async () => {
    const one = holding('resources:manage', FINANCE);
    const both = holding('resources:manage', FINANCE, FINANCE2);
    assert.equal(await update(one, 'in_apac', { group_id: 'acme_finance' }), 'done');
    assert.equal(await update(one, 'in_apac', { group_id: 'acme_apac' }), 'done');
    for (const group_id of ['acme_finance2', 'blue_finance', 'nothing', null]) {
      const refused = await update(one, 'in_apac', { group_id });
      assert.equal(refused, 'ADMIN_PERMISSION_REQUIRED', String(group_id));
    }
    assert.equal(await update(one, 'in_finance2', { group_id: 'acme_finance' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await update(both, 'in_apac', { group_id: 'acme_finance2' }), 'done');
    assert.equal(await update(one, 'in_apac', { display_name: 'Gone' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await update(both, 'in_apac', { group_id: 'acme_apac' }), 'done');
  });

  it('a Resource that is moved out of reach while the change waits for it is not changed', async () => {
    const mover = await database.pool.connect();
    try {
      await mover.query('begin');
      await mover.query("update resources set group_id = 'acme_finance2' where id = 'in_finance'");
      const admin = holding('resources:manage', FINANCE);
      let settled = false;
      const waiting = update(admin, 'in_finance', { display_name: 'Mine' }).finally(() => {
        settled = true;
      });
      const blocked =
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
      while (!settled && (await database.pool.query(blocked)).rows.length === 0) await delay(10);
      assert.equal(settled, false, 'the change waits for the row');
      await mover.query('commit');
      assert.equal(await waiting, 'RESOURCE_NOT_FOUND');
    } finally {
      await mover.query('rollback');
      mover.release();
    }
    await database.pool.query("update resources set group_id = 'acme_finance' where id = 'in_finance'");
  });

  it('lists show what is within the reaches, and count only that', async () => {
    await database.pool.query(
      "update resources set status = 'deleted', deleted_at = now() where id !~ '^in_'",
    );
    const list = async (reaches: readonly Reach[], params: CoreInput<'listResources'>['params'] = {}) => {
      const found: string[] = [];
      let after = null;
      do {
        const page: { limit: number; after: CoreInput<'listResources'>['page']['after'] } = {
          limit: 1,
          after,
        };
        const access = { ...superAdmin, reaches };
        const reply = await carriedOut(handlers, 'listResources', { params, page, access });
        found.push(...reply.data.map(({ id }) => id));
        after = reply.next;
      } while (after !== null);
      return found.join();
    };
    assert.equal(await list([FINANCE], { space_id: 'acme' }), 'in_apac,in_finance');
    assert.equal(await list([group('acme_finance_x', 'finance_x')]), 'in_finance_x');
    assert.equal(await list([FINANCE, FINANCE2]), 'in_apac,in_finance,in_finance2');
    assert.equal(await list([FINANCE], { group_id: 'acme_finance2' }), '');
    assert.equal(await list([{ level: 'space', spaceId: 'blue' }]), 'in_blue');
    assert.equal(await list([{ level: 'space', spaceId: 'blue' }], { space_id: 'acme' }), '');
    assert.equal(await list([]), '');
  });
});
