import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CoreInput } from '../../src/contract/core.ts';
import type { PageKeys } from '../../src/contract/handlers.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { auditHandlers } from '../../src/core/audit/audit-handlers.ts';
import { type AuditLogQuery, listAuditLogs } from '../../src/core/audit/audit-store.ts';
import type { Queryable } from '../../src/platform/database/index.ts';
import { callCore, carriedOut, refusedWith, superAdmin } from '../core-input.ts';
import { guardedAccess, holding, type OpenedDatabase, openTestDatabase } from '../registry/core-access.ts';
import { appendRow, firstOfMonth } from './audit-rows.ts';

type Filters = Partial<CoreInput<'listAuditLogs'>['params']>;

const SPACE: Reach = { level: 'space', spaceId: 'acme' };
const GROUP: Reach = { level: 'group', spaceId: 'acme', groupId: 'finance', groupPath: 'finance' };

describe('the audit log', () => {
  let database: OpenedDatabase;
  let handlers: ReturnType<typeof auditHandlers>;
  const start = firstOfMonth(0) + 1000;
  const ids: Record<string, string> = {};
  const at = (ms: number) => new Date(start + ms).toISOString();

  before(async () => {
    database = await openTestDatabase();
    handlers = auditHandlers(database);
    await database.pool.query("insert into spaces (id, name) values ('acme', 'Acme'), ('blue', 'Blue')");
    const append = async (name: string, ms: number, row: Parameters<typeof appendRow>[2]) => {
      ids[name] = await appendRow(database.pool, start + ms, row);
    };
    await append('user', 0, { spaceId: 'acme', actorUserId: 'user_1', requestId: 'req_1' });
    await append('member', 1, { spaceId: 'acme', actorMemberId: 'member_1', actorUserMemberId: 'um_1' });
    await append('denied', 2, { spaceId: 'acme', decision: 'deny', denyCode: 'SCOPE_OUT_OF_BOUNDS' });
    await append('key', 3, { spaceId: 'blue', actorApiKeyId: 'ak_1' });
    await append('instance', 4, { spaceId: null, resourceType: 'role', resourceId: 'role_1' });
    await append('ghost', 4, { spaceId: 'never_was' });
  });
  after(() => database.drop());

  const list = async (params: Filters = {}) => {
    const { data } = await carriedOut(handlers, 'listAuditLogs', { params });
    return data.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)).join();
  };

  it('is listed newest first, without traces', async () => {
    assert.equal(await list(), 'ghost,instance,key,denied,member,user');
    const { data } = await carriedOut(handlers, 'listAuditLogs', { params: { request_id: 'req_1' } });
    assert.deepEqual(data, [
      {
        id: ids['user'],
        space_id: 'acme',
        actor_user_id: 'user_1',
        actor_member_id: null,
        actor_user_member_id: null,
        actor_api_key_id: null,
        action: 'invoice.approve',
        resource_type: 'invoice',
        resource_id: 'invoice_1',
        decision: 'allow',
        deny_code: null,
        request_id: 'req_1',
        ip_address: '192.0.2.1',
        user_agent: 'test',
        created_at: at(0),
      },
    ]);
  });

  it('is filtered by everything at once', async () => {
    assert.equal(await list({ space_id: 'acme' }), 'denied,member,user');
    assert.equal(await list({ space_id: 'never_was' }), 'ghost');
    assert.equal(await list({ space_id: 'nothing' }), '');
    assert.equal(await list({ actor_user_id: 'user_1' }), 'user');
    assert.equal(await list({ actor_member_id: 'member_1' }), 'member');
    assert.equal(await list({ actor_user_member_id: 'um_1' }), 'member');
    assert.equal(await list({ actor_api_key_id: 'ak_1' }), 'key');
    assert.equal(await list({ resource_type: 'role' }), 'instance');
    assert.equal(await list({ resource_id: 'role_1' }), 'instance');
    assert.equal(await list({ decision: 'deny' }), 'denied');
    assert.equal(await list({ deny_code: 'SCOPE_OUT_OF_BOUNDS' }), 'denied');
    assert.equal(await list({ request_id: 'req_1' }), 'user');
    assert.equal(await list({ request_id: 'req_1', decision: 'deny' }), '');
  });

  it('is filtered by time, both ends included, digits beyond the millisecond cut off', async () => {
    assert.equal(await list({ created_at_from: at(2), created_at_to: at(3) }), 'key,denied');
    const cut = at(2).replace('Z', '999999Z');
    assert.equal(await list({ created_at_from: cut, created_at_to: cut }), 'denied');
    const elsewhere = at(2).replace('Z', '-02:00');
    const there = new Date(start + 2 + 7_200_000).toISOString();
    assert.equal(await list({ created_at_from: elsewhere }), await list({ created_at_from: there }));
    for (const params of [
      { created_at_from: at(3), created_at_to: at(2) },
      { created_at_from: '2026-06-30T23:59:60Z' },
      { created_at_to: '0001-01-01T00:00:00+01:00' },
    ]) {
      const reply = await callCore(handlers, 'listAuditLogs', { params });
      assert.ok('code' in reply && Array.isArray(reply.details));
      assert.deepEqual([reply.code, reply.details[0].in], ['VALIDATION_FAILED', 'query']);
    }
  });

  it('shows a row with its trace, and in a Space only the rows of it', async () => {
    const audit_log_id = ids['user'] ?? '';
    const { data } = await carriedOut(handlers, 'getAuditLog', { params: { audit_log_id } });
    assert.deepEqual([data.id, data.trace], [audit_log_id, { trace_version: '1.0', note: 'kept' }]);
    const within = (space_id: string) => ({ params: { audit_log_id, space_id } });
    assert.deepEqual((await carriedOut(handlers, 'getSpaceAuditLog', within('acme'))).data, data);
    assert.equal(await refusedWith(handlers, 'getSpaceAuditLog', within('blue')), 'AUDIT_LOG_NOT_FOUND');
    const other = audit_log_id.endsWith('0') ? '1' : '0';
    for (const end of ['z', other]) {
      const params = { audit_log_id: audit_log_id.slice(0, -1) + end };
      assert.equal(await refusedWith(handlers, 'getAuditLog', { params }), 'AUDIT_LOG_NOT_FOUND', end);
    }
  });

  it('of a Space is listed for a Space that there is', async () => {
    const params = { space_id: 'blue' };
    const { data } = await carriedOut(handlers, 'listSpaceAuditLogs', { params });
    assert.deepEqual(
      data.map(({ id }) => id),
      [ids['key']],
    );
    const nowhere = { params: { space_id: 'never_was' } };
    assert.equal(await refusedWith(handlers, 'listSpaceAuditLogs', nowhere), 'SPACE_NOT_FOUND');
  });

  it('shows a Space right its Space only, and a Group right nothing', async () => {
    const admin = holding('audit:read', SPACE);
    const groupAdmin = holding('audit:read', GROUP);
    const reach = (principal: typeof admin, params: Filters) =>
      guardedAccess(database.pool, principal, 'listAuditLogs', params);
    await assert.rejects(reach(admin, {}), { code: 'ADMIN_PERMISSION_REQUIRED' });
    await assert.rejects(reach(admin, { space_id: 'blue' }), { code: 'ADMIN_PERMISSION_REQUIRED' });
    await assert.rejects(reach(groupAdmin, { space_id: 'acme' }), { code: 'ADMIN_PERMISSION_REQUIRED' });
    const params = { space_id: 'acme' };
    const access = await reach(admin, params);
    const { data } = await carriedOut(handlers, 'listAuditLogs', { params, access });
    assert.equal(data.length, 3);
    const one = (principal: typeof admin, name: string) =>
      guardedAccess(database.pool, principal, 'getAuditLog', { audit_log_id: ids[name] ?? '' });
    assert.deepEqual((await one(admin, 'user')).reaches, [SPACE]);
    for (const name of ['key', 'instance', 'ghost']) {
      await assert.rejects(one(admin, name), { code: 'AUDIT_LOG_NOT_FOUND' }, name);
    }
    await assert.rejects(one(groupAdmin, 'user'), { code: 'AUDIT_LOG_NOT_FOUND' });
  });

  it('holds every list to the reaches, whatever the guard let through', async () => {
    const seen = async (...reaches: Reach[]) => {
      const access = { ...superAdmin, reaches };
      return (await carriedOut(handlers, 'listAuditLogs', { access })).data.map(({ space_id }) => space_id);
    };
    assert.deepEqual(await seen(SPACE), ['acme', 'acme', 'acme']);
    assert.deepEqual(await seen(SPACE, GROUP), ['acme', 'acme', 'acme']);
    assert.deepEqual(await seen(GROUP), []);
    assert.deepEqual(await seen(), []);
  });

  it('comes in pages that hold each row once, though rows of one millisecond and new ones come in between', async () => {
    const next = firstOfMonth(1) + 1000;
    for (let row = 0; row < 5; row += 1) await appendRow(database.pool, next, { requestId: 'req_paged' });
    const found: string[] = [];
    let after: PageKeys | null = null;
    do {
      const page: { limit: number; after: PageKeys | null } = { limit: 2, after };
      const given = { params: { request_id: 'req_paged' }, page };
      const reply = await carriedOut(handlers, 'listAuditLogs', given);
      found.push(...reply.data.map(({ id }) => id));
      after = reply.next;
      await appendRow(database.pool, next + 1, { requestId: 'req_paged' });
    } while (after !== null);
    assert.equal(found.length, 5);
    assert.deepEqual(found, [...new Set(found)].sort().reverse());
  });

  it('looks only into the months that a time range or a cursor leaves', async () => {
    const scanned = async (query: Partial<AuditLogQuery>) => {
      const plan: string[] = [];
      const explaining: Queryable = {
        async query(text, values = []) {
          const { rows } = await database.pool.query(`explain (costs off) ${text}`, [...values]);
          plan.push(...rows.map((row) => String(row['QUERY PLAN'])));
          return { rows: [] };
        },
      };
      const page = { limit: 50, after: null };
      const reaches: Reach[] = [{ level: 'instance' }];
      await listAuditLogs(explaining, {
        filters: {},
        from: undefined,
        to: undefined,
        reaches,
        page,
        ...query,
      });
      return [...new Set(plan.flatMap((line) => line.match(/ on (audit_logs_\w+)/)?.[1] ?? []))].sort();
    };
    const month = (ahead: number) =>
      `audit_logs_${new Date(firstOfMonth(ahead)).toISOString().slice(0, 7).replace('-', '_')}`;
    const from = new Date(firstOfMonth(1));
    assert.deepEqual(await scanned({ from, to: new Date(firstOfMonth(2) - 1) }), [month(1)]);
    assert.deepEqual(await scanned({ from, to: new Date(firstOfMonth(2)) }), [month(1), month(2)]);
    const page = { limit: 50, after: [new Date(firstOfMonth(1) + 5).toISOString(), 'audit_1'] };
    assert.deepEqual(await scanned({ from, page }), [month(1)]);
    assert.ok((await scanned({})).length > 3);
  });
});
