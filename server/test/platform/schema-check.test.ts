import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import type pg from 'pg';

import { migrateUp } from '../../src/platform/migrations/index.ts';
import {
  checkSchema,
  loadSnapshot,
  readSchema,
  type SchemaSnapshot,
} from '../../src/platform/schema-check/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { CORE_MIGRATIONS, connect } from './schema-fixture.ts';

let database: TestDatabase;
let client: pg.Client;
let snapshot: SchemaSnapshot;

before(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  snapshot = await loadSnapshot(join(CORE_MIGRATIONS, 'schema.json'));
});
after(async () => {
  await client.end();
  await database.drop();
});

/** What the check says of a database in which `change` was made; the change is undone. */
async function messagesAfter(change: string): Promise<string[]> {
  await client.query('begin');
  try {
    await client.query(change);
    return (await checkSchema(client, [snapshot])).map(({ message }) => message);
  } finally {
    await client.query('rollback');
  }
}

test('the committed snapshot is what the migrations give', async () => {
  assert.deepEqual((await readSchema(client)).snapshot, snapshot);
  assert.deepEqual(await checkSchema(client, [snapshot]), []);
});

test('a drift is reported in words', async (t) => {
  const drifts: [change: string, message: string | RegExp][] = [
    [
      'alter table users alter phone type varchar(20)',
      'column users.phone: type text expected, found character varying(20)',
    ],
    ['alter table users alter email drop not null', 'column users.email: not null expected, found null'],
    [
      'alter table spaces alter type drop default',
      `column spaces.type: default 'custom'::text expected, found none`,
    ],
    [
      'alter table spaces alter name type text collate "default"',
      'column spaces.name: collation C expected, found none',
    ],
    ['alter table members add nickname text', 'column members.nickname: not made by any migration'],
    ['alter table members drop member_type', 'column members.member_type: missing'],
    ['alter table roles drop constraint roles_status_check', 'constraint roles.roles_status_check: missing'],
    ['drop index resources_type_idx', 'index resources.resources_type_idx: missing'],
    ['drop table template_installations', 'table template_installations: missing'],
    ['create table stray (id int)', 'table stray: not made by any migration'],
    ['drop trigger roles_graph_update on roles', 'trigger roles.roles_graph_update: missing'],
    [
      'alter table audit_logs_default disable trigger audit_partition_append_only',
      'trigger audit_logs_default.audit_partition_append_only: enabled always expected, found disabled',
    ],
    ['drop table audit_logs_default', 'table audit_logs: default partition true expected, found false'],
    [
      `create or replace function plystra_refuse_delete() returns trigger language plpgsql as 'begin return old; end'`,
      'function plystra_refuse_delete(): its body was changed',
    ],
    [
      `create table audit_logs_1999_01 partition of audit_logs for values from ('1999-01-01') to ('1999-02-01')`,
      'trigger audit_logs_1999_01.audit_partition_append_only: missing',
    ],
  ];
  for (const [change, message] of drifts) {
    await t.test(change, async () => {
      const messages = await messagesAfter(change);
      assert.ok(
        messages.some((said) => said === message),
        messages.join('\n') || 'nothing was said',
      );
    });
  }
});

test('months of the audit log that are made later are no drift', async () => {
  assert.deepEqual(await messagesAfter(`select plystra_ensure_audit_partition('2099-05-17')`), []);
});

test('tables of another chain are no drift when its snapshot is given too', async () => {
  await client.query('begin');
  await client.query('create table plugin_settings (id int primary key)');
  const all = (await readSchema(client)).snapshot;
  const table = all.tables['plugin_settings'];
  assert.ok(table !== undefined);
  const plugin: SchemaSnapshot = { extensions: {}, functions: {}, tables: { plugin_settings: table } };
  assert.deepEqual(await checkSchema(client, [snapshot, plugin]), []);
  await client.query('rollback');
});

test('an installation may keep everything in a schema of its own', async () => {
  await client.query('create schema own');
  await client.query('set search_path = own');
  await migrateUp(client, CORE_MIGRATIONS);
  assert.deepEqual(await checkSchema(client, [snapshot]), []);
  // Triggers and functions find their tables whatever the caller's search_path is.
  await client.query('set search_path = pg_catalog');
  await client.query(`insert into own.spaces (id, name) values ('space_1', 'One')`);
  const { rows } = await client.query('select scope, revision from own.graph_revisions');
  assert.deepEqual(rows, [{ scope: 'space_1', revision: '1' }]);
  await client.query('reset search_path');
});
