import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { appendAuditRow } from '../../src/core/kernel/index.ts';
import { countAll } from '../../src/core/system/console-counts.ts';
import { consoleHandlers } from '../../src/core/system/console-handlers.ts';
import { newAuditIds } from '../../src/platform/ids/index.ts';
import { carriedOut } from '../core-input.ts';
import { guardedAccess, holding, type OpenedDatabase, openTestDatabase } from '../registry/core-access.ts';

let database: OpenedDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.drop());

const overview = async () => (await carriedOut(consoleHandlers(database), 'getConsoleOverview', {})).data;

async function appendRows(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { auditLogId: id } = newAuditIds(Date.now());
    await appendAuditRow(database.pool, {
      id,
      spaceId: null,
      actorUserId: null,
      actorMemberId: null,
      actorUserMemberId: null,
      actorApiKeyId: null,
      action: 'thing.made',
      resourceType: 'thing',
      resourceId: null,
      decision: 'allow',
      denyCode: null,
      trace: JSON.stringify({ secret_thing: true }),
      requestId: null,
      ipAddress: null,
      userAgent: null,
    });
    ids.push(id);
  }
  return ids;
}

it('counts nothing in an empty instance', async () => {
  const { counts, recent_audit_logs: rows } = await overview();
  assert.deepEqual(
    Object.values(counts),
    Object.values(counts).map(() => 0),
  );
  assert.deepEqual(rows, []);
});

it('counts what is there, and not what is deleted', async () => {
  await database.pool.query(`
    insert into spaces (id, name) values ('a', 'A'), ('b', 'B');
    insert into spaces (id, name, deleted_at) values ('c', 'C', now());
    insert into users (id, email) values ('u', 'u@example.com');
    insert into members (id, space_id, display_name) values ('m', 'a', 'M'), ('n', 'b', 'N');
    insert into user_members (id, user_id, member_id, space_id, relation_type, status, revoked_at) values
      ('um', 'u', 'm', 'a', 'self', 'active', null), ('un', 'u', 'n', 'b', 'self', 'revoked', now());
    insert into groups (id, space_id, name, path, depth) values ('g', 'a', 'G', 'g', 0);
    insert into roles (id, space_id, key, name) values ('r', 'a', 'r', 'R');
    insert into permissions (id, resource, action, scope) values ('p', 'thing', 'read', 'self');
    insert into resource_types (id, key, display_name) values ('rt', 'thing', 'Thing');
    insert into resources (id, resource_type, space_id, status, deleted_at) values
      ('t1', 'thing', 'a', 'active', null), ('t2', 'thing', 'a', 'deleted', now())`);
  const ids = await appendRows(12);
  const { counts, recent_audit_logs: rows } = await overview();
  assert.deepEqual(counts, {
    spaces: 2,
    users: 1,
    members: 2,
    user_member_bindings: 2,
    groups: 1,
    roles: 1,
    permissions: 1,
    resource_types: 1,
    resources: 1,
    audit_logs: 12,
  });
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids.toReversed().slice(0, 10),
  );
});

it('shows no row of the audit log to a caller that may not read it', async () => {
  const reach = { level: 'instance' } as const;
  const rowsFor = async (...permissions: readonly string[]) => {
    const rights = permissions.flatMap((permission) => holding(permission, reach).rights);
    const principal = { ...holding('instance:read', reach), rights };
    const access = await guardedAccess(database.pool, principal, 'getConsoleOverview', {});
    const reply = await carriedOut(consoleHandlers(database), 'getConsoleOverview', { access });
    assert.equal(reply.data.counts.audit_logs, 12);
    return reply.data.recent_audit_logs.length;
  };
  assert.equal(await rowsFor('instance:read'), 0);
  assert.equal(await rowsFor('instance:read', 'audit:read'), 10);
});

it('tells the estimate of the statistics where the audit log has more rows than are counted', async () => {
  const { rows } = await database.pool.query('select count(*)::int as n from audit_logs');
  const before = await countAll(database.pool, 5);
  assert.equal(before.audit_logs, 6, 'without statistics: more than were counted');
  await database.pool.query('analyze audit_logs');
  assert.equal((await countAll(database.pool, 5)).audit_logs, rows[0]?.['n']);
});
