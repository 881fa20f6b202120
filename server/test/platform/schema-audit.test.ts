import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect, connectMany, refusal } from './schema-fixture.ts';

let database: TestDatabase;
let client: pg.Client;

/** The statement that records a row at an instant. */
function record(id: string, createdAt: string): string {
  return `insert into audit_logs (id, action, resource_type, decision, trace, created_at)
    values ('audit_${id.padStart(32, '0')}', 'invoice.read', 'invoice', 'allow', '{}', ${createdAt})`;
}

async function ensure(month: string, caller: pg.ClientBase = client): Promise<unknown> {
  const { rows } = await caller.query<{ outcome: string }>(
    'select plystra_ensure_audit_partition($1) as outcome',
    [month],
  );
  return rows[0]?.outcome;
}

async function partitions(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
}

before(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  await client.query(record('1', 'now()'));
  await client.query(record('2', `'1999-12-31T23:59:59.999Z'`));
});
after(async () => {
  await client.end();
  await database.drop();
});

test('the migration makes this month and the next three', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select 'audit_logs_' || to_char((now() at time zone 'UTC') + make_interval(months => n), 'YYYY_MM') as name
     from generate_series(0, 3) as n`,
  );
  assert.deepEqual(await partitions(), [...rows.map(({ name }) => name), 'audit_logs_default'].sort());
});

test('a row of a month without partition goes into DEFAULT', async () => {
  const { rows } = await client.query(
    `select tableoid::regclass::text as place from audit_logs where created_at < '2000-01-01'`,
  );
  assert.deepEqual(rows, [{ place: 'audit_logs_default' }]);
});

describe('nobody changes or removes a row', () => {
  for (const role of ['origin', 'replica']) {
    test(`with session_replication_role = ${role}, through the parent or a partition directly`, async () => {
      await client.query(`set session_replication_role = ${role}`);
      try {
        for (const table of ['audit_logs', ...(await partitions())]) {
          assert.equal((await refusal(client, `truncate ${table}`)).code, '23001', `truncate ${table}`);
          const { rows } = await client.query(`select 1 from ${table} limit 1`);
          if (rows.length === 0) continue;
          for (const statement of [
            `update ${table} set action = 'x'`,
            `update ${table} set created_at = created_at + interval '1 year'`,
            `delete from ${table}`,
            `insert into ${table} select * from ${table} on conflict (id, created_at) do update set action = 'x'`,
            `merge into ${table} as t using (select 1) as s on true when matched then delete`,
          ]) {
            const error = await refusal(client, statement);
            assert.equal(error.code, '23001', statement);
            assert.match(error.message, /append-only/);
          }
        }
      } finally {
        await client.query('reset session_replication_role');
      }
      const { rows } = await client.query('select count(*)::int as count from audit_logs');
      assert.deepEqual(rows, [{ count: 2 }]);
    });
  }

  test('because every table of the log has its own refusing triggers, enabled always', async () => {
    assert.equal(await ensure('2052-01-01'), 'created');
    const { rows } = await client.query<{ name: string; triggers: string[] }>(
      `select tgrelid::regclass::text as name, array_agg(tgname || ' ' || tgenabled::text order by tgname)::text[] as triggers
       from pg_trigger where not tgisinternal and tgrelid::regclass::text like 'audit\\_logs%' group by tgrelid`,
    );
    const own = ['audit_partition_append_only A', 'audit_partition_no_truncate A'];
    assert.deepEqual(
      Object.fromEntries(rows.map(({ name, triggers }) => [name, triggers])),
      Object.fromEntries([
        ['audit_logs', ['audit_logs_append_only A', 'audit_logs_no_truncate A']],
        ...(await partitions()).map((name) => [name, ['audit_logs_append_only A', ...own]]),
      ]),
    );
  });

  test('not even in a month that was detached', async () => {
    await client.query('begin');
    assert.equal(await ensure('2051-01-01'), 'created');
    await client.query(record('3', `'2051-01-05'`));
    await client.query('alter table audit_logs detach partition audit_logs_2051_01');
    await client.query('savepoint attempt');
    assert.equal((await refusal(client, 'delete from audit_logs_2051_01')).code, '23001');
    await client.query('rollback to attempt');
    assert.equal(await ensure('2051-01-01'), 'detached');
    await client.query('rollback');
  });
});

describe('plystra_ensure_audit_partition', () => {
  test('makes a month once, by UTC, whatever the session thinks of time', async () => {
    await client.query(`set timezone = 'Pacific/Auckland'; set datestyle = 'SQL, DMY'`);
    assert.equal(await ensure('2041-05-31'), 'created');
    await client.query('reset timezone; reset datestyle');
    assert.equal(await ensure('2041-05-01'), 'exists');
    for (const [id, instant, place] of [
      ['4', '2041-04-30T23:59:59.999Z', 'audit_logs_default'],
      ['5', '2041-05-01T00:00:00.000Z', 'audit_logs_2041_05'],
      ['6', '2041-05-31T23:59:59.999Z', 'audit_logs_2041_05'],
      ['7', '2041-06-01T00:00:00.000Z', 'audit_logs_default'],
    ] as const) {
      const { rows } = await client.query(
        `${record(id, `'${instant}'`)} returning tableoid::regclass::text as place`,
      );
      assert.deepEqual(rows, [{ place }], instant);
    }
  });

  test('leaves the rows of a month that DEFAULT holds already, and says so', async () => {
    await client.query(record('8', `'2042-07-15'`));
    assert.equal(await ensure('2042-07-01'), 'rows_in_default');
    assert.ok(!(await partitions()).includes('audit_logs_2042_07'));
    await client.query(record('9', `'2042-07-16'`));
  });

  test('is safe with concurrent callers', async () => {
    const callers = await connectMany(database.url, 12);
    try {
      const outcomes = await Promise.all(callers.map((caller) => ensure('2043-01-01', caller)));
      assert.deepEqual(outcomes.sort(), ['created', ...Array.from({ length: 11 }, () => 'exists')]);
    } finally {
      await Promise.all(callers.map((caller) => caller.end()));
    }
  });

  test('does not wait for a transaction that writes into another month', async () => {
    const writer = await connect(database.url);
    await writer.query('begin');
    await writer.query(record('a', 'now()'));
    await client.query(`set lock_timeout = '2s'`);
    assert.equal(await ensure('2044-01-01'), 'created');
    await client.query('reset lock_timeout');
    await writer.query('commit');
    await writer.end();
  });
});

test('a page of every filter comes from the index of its column, newest first, and not from a walk over rows of others', async () => {
  await client.query(`
    insert into audit_logs (id, space_id, actor_user_id, actor_member_id, actor_user_member_id, actor_api_key_id, action,
        resource_type, resource_id, decision, deny_code, trace, request_id, created_at)
      select 'audit_' || md5(n::text), 'space_' || n % 7, 'user_' || n % 900, 'member_' || n % 900, 'um_' || n % 900,
        'key_' || n % 50, 'type.read', 'type_' || n % 9, 'r_' || n % 3000, case n % 100 when 0 then 'deny' else 'allow' end,
        case n % 100 when 0 then 'CODE_' || n % 3 end, '{}', 'req_' || n, now() - n * interval '1 second'
      from generate_series(1, 20000) as n`);
  await client.query('analyze audit_logs');
  for (const [condition, index] of [
    [null, /_pkey/],
    [`space_id = 'space_3'`, /_space_id_created_at_idx/],
    [`actor_user_id = 'user_5'`, /_actor_user_id_/],
    [`actor_member_id = 'member_5'`, /_actor_member_id_/],
    [`actor_user_member_id = 'um_5'`, /_actor_user_member_id_/],
    [`actor_api_key_id = 'key_5'`, /_actor_api_key_id_/],
    [`resource_type = 'type_5'`, /_resource_type_/],
    [`resource_id = 'r_5'`, /_resource_id_/],
    [`deny_code = 'CODE_1'`, /_deny_code_/],
    [`request_id = 'req_5'`, /_request_id_/],
    [`decision = 'deny'`, /_created_at_idx/],
  ] as const) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) select id from audit_logs
       where ${condition === null ? '' : `${condition} and`} created_at <= now() and (created_at, id) < (now(), 'audit_f')
       order by created_at desc, id desc limit 20`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']);
    const at = plan.findIndex((line) => / on audit_logs_\d{4}_\d{2} /.test(line));
    const next = plan.findIndex((line, place) => place > at && / audit_logs_\d+$/.test(line));
    const month = plan.slice(at, next === -1 ? undefined : next);
    const told = `${condition}:\n${plan.join('\n')}`;
    assert.match(month.join('\n'), index, told);
    // The column is looked up in the index: no walk over rows of others.
    const column = condition?.split(' ')[0] ?? 'no column';
    assert.ok(!month.some((line) => line.includes('Filter:') && line.includes(`${column} =`)), told);
    // Few rows may be fetched and sorted; of many only a page is read, in the order of the index.
    if (column === 'no column' || column === 'space_id' || column === 'resource_type') {
      assert.match(month[0] ?? '', /Scan Backward/, told);
      assert.ok(!plan.some((line) => /(?<!Incremental )Sort$/.test(line)), told);
    }
  }
});

test('an allow carries no deny code, and decisions are allow or deny', async () => {
  const columns = 'insert into audit_logs (id, action, resource_type, decision, deny_code, trace) values';
  const id = `'audit_${'f'.repeat(32)}'`;
  assert.equal(
    (await refusal(client, `${columns} (${id}, 'a', 't', 'allow', 'X', '{}')`)).constraint,
    'audit_logs_row_check',
  );
  assert.equal((await refusal(client, `${columns} (${id}, 'a', 't', 'maybe', null, '{}')`)).code, '23514');
});
