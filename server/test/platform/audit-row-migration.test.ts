import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CHECKSUMS_FILE,
  formatChecksums,
  migrateUp,
  readMigrationFiles,
} from '../../src/platform/migrations/index.ts';
import { readSchema } from '../../src/platform/schema-check/index.ts';
import { CORE_MIGRATIONS, connect, createEmptyDatabase } from './schema-fixture.ts';

/** The chain up to a version, in a folder of its own. */
async function chainUpTo(version: string): Promise<string> {
  // The name of the folder is that of the chain.
  const folder = join(await mkdtemp(join(tmpdir(), 'plystra-chain-')), 'core');
  const later = (await readdir(CORE_MIGRATIONS)).filter(
    (file) => /^\d{3}_/.test(file) && file.slice(0, 3) > version,
  );
  await cp(CORE_MIGRATIONS, folder, {
    recursive: true,
    filter: (path) => !later.some((file) => path.endsWith(file)),
  });
  await writeFile(join(folder, CHECKSUMS_FILE), formatChecksums(await readMigrationFiles(folder)));
  return folder;
}

const id = (n: number) => `audit_${String(n).padStart(32, '0')}`;

test('a log with rows is brought along whole, and so is a month that was detached, which can be attached again', async () => {
  const before = await chainUpTo('011');
  const database = await createEmptyDatabase();
  const client = await connect(database.url);
  try {
    await migrateUp(client, before);
    await client.query(`select plystra_ensure_audit_partition('2020-03-01')`);
    const trace = { b: 1, a: ['"', { c: null }] };
    for (const [n, at] of [
      [1, '2020-03-05'],
      [2, '2020-04-05'],
    ] as const) {
      await client.query(
        `insert into audit_logs (id, action, resource_type, decision, deny_code, trace, created_at)
         values ($1, 'invoice.read', 'invoice', 'deny', 'X', $2, $3)`,
        [id(n), JSON.stringify(trace), at],
      );
    }
    await client.query('alter table audit_logs detach partition audit_logs_2020_03');
    const snapshot = await readSchema(client);

    const runs = await migrateUp(client, CORE_MIGRATIONS);
    assert.deepEqual(
      runs.map(({ version }) => version),
      ['012'],
    );
    assert.notDeepEqual(await readSchema(client), snapshot);
    const attached = `attach partition audit_logs_2020_03 for values from ('2020-03-01Z') to ('2020-04-01Z')`;
    await client.query(`alter table audit_logs ${attached}`);
    const { rows } = await client.query('select id, trace, deny_code from audit_logs order by created_at');
    assert.deepEqual(
      rows.map((row) => [row.id, row.trace, row.deny_code]),
      [1, 2].map((n) => [id(n), trace, 'X']),
    );
    // What it lacked of the log's indexes it has now.
    const { rows: indexes } = await client.query(
      `select relid::regclass::text as name, count(*)::int from pg_partition_tree('audit_logs')
       join pg_index on indrelid = relid where relid in ('audit_logs'::regclass, 'audit_logs_2020_03'::regclass)
       group by 1 order by 1`,
    );
    assert.equal(indexes.length, 2);
    assert.equal(indexes[0]?.count, indexes[1]?.count);
    await assert.rejects(client.query(`delete from audit_logs where id = '${id(1)}'`), /append-only/);
  } finally {
    await client.end();
    await database.drop();
    await rm(join(before, '..'), { recursive: true });
  }
});
