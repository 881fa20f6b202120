import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { findEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { closeFolders, newFolder, queryOne, start } from '../harness/database-folder.ts';
import { plystractl, startPlystractl, writeChain } from './run-plystractl.ts';

let chainFolder: string;

before(async () => {
  chainFolder = await mkdtemp(join(tmpdir(), 'plystra-chains-'));
});
after(() => rm(chainFolder, { recursive: true }));
afterEach(closeFolders);

test('without DATABASE_URL the embedded database is made, started and stopped for the command', async () => {
  const data = newFolder();
  const environment = { PLYSTRA_DATA_DIR: data };
  const up = await plystractl(['migrate', 'up'], { environment });
  assert.equal(up.exitCode, 0, up.stderr);
  assert.ok(
    up.stderr.startsWith(`Database: the embedded one in ${data}, made new, running for this command.\n`),
  );
  assert.equal(await findEmbeddedPostgres(data), undefined);

  const verify = await plystractl(['migrate', 'verify'], { environment });
  assert.equal(verify.stdout, 'migrations verified\n');
  assert.equal(verify.stderr, `Database: the embedded one in ${data}, started for this command.\n`);
  assert.equal(await findEmbeddedPostgres(data), undefined);
});

test('an embedded database that runs already is used, and goes on running', async () => {
  const data = newFolder();
  const server = await start(data);
  const plan = await plystractl(['migrate', 'plan'], { environment: { PLYSTRA_DATA_DIR: data } });
  assert.equal(plan.exitCode, 0);
  assert.equal(plan.stderr, `Database: the embedded one in ${data}, already running.\n`);
  assert.ok(!plan.stderr.includes(new URL(server.url).password));
  assert.deepEqual(await queryOne(server.url, 'select 1 as n'), { n: 1 });
});

test('a command that fails stops the database too', async () => {
  const data = newFolder();
  const chains = [await writeChain(chainFolder, 'failing', { '001_bad.sql': 'select no_such_column' })];
  const up = await plystractl(['migrate', 'up'], { environment: { PLYSTRA_DATA_DIR: data }, chains });
  assert.equal(up.exitCode, 1);
  assert.match(
    up.stderr,
    /^plystractl: 001_bad\.sql, line 1 failed: column "no_such_column" does not exist/m,
  );
  assert.equal(await findEmbeddedPostgres(data), undefined);
});

describe('Ctrl-C', () => {
  test('during up leaves no database running, and nothing half applied', async () => {
    const data = newFolder();
    const environment = { PLYSTRA_DATA_DIR: data };
    const chains = [
      await writeChain(chainFolder, 'slow', {
        '001_slow.sql': 'create table t (x int); select pg_sleep(600);',
      }),
    ];
    const up = startPlystractl(['migrate', 'up'], { environment, chains });
    await up.saw('applying 001 slow');
    up.child.kill('SIGINT');
    // Impatience changes nothing.
    up.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await up.ended;
    assert.equal(exitCode, 130);
    assert.equal(stdout, '');
    assert.match(stderr, /^plystractl: Interrupted by SIGINT;/m);
    assert.equal(await findEmbeddedPostgres(data), undefined);
    const status = await plystractl(['migrate', 'status'], { environment, chains });
    assert.equal(status.stdout, '001 slow pending\n');
  });

  test('while the database is being made leaves none running', async () => {
    const data = newFolder();
    const status = startPlystractl(['migrate', 'status'], { environment: { PLYSTRA_DATA_DIR: data } });
    while (!existsSync(join(data, 'postgres'))) await new Promise((resolve) => setTimeout(resolve, 5));
    status.child.kill('SIGINT');
    assert.equal((await status.ended).exitCode, 130);
    assert.equal(await findEmbeddedPostgres(data), undefined);
  });
});

test('a reader that goes away does not keep the database running', async () => {
  const data = newFolder();
  const status = startPlystractl(['migrate', 'status'], { environment: { PLYSTRA_DATA_DIR: data } });
  status.child.stdout?.destroy();
  assert.equal((await status.ended).exitCode, 0);
  assert.equal(await findEmbeddedPostgres(data), undefined);
});
