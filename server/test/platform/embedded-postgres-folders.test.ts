import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, test } from 'node:test';
import {
  canReach,
  createDataFolder,
  resolveDataFolder,
} from '../../src/platform/embedded-postgres/data-folder.ts';
import { EmbeddedPostgresError } from '../../src/platform/embedded-postgres/index.ts';
import { findNativePackage, prepareBinaries } from '../../src/platform/embedded-postgres/native-package.ts';
import {
  freePort,
  startPostmaster,
  stopPostmaster,
} from '../../src/platform/embedded-postgres/postmaster.ts';
import { acquireStartLock } from '../../src/platform/embedded-postgres/start-lock.ts';
import { closeFolders, newFolder, queryOne, start } from '../harness/database-folder.ts';
import { startOwner } from '../harness/database-owner.ts';

const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;
const needsRoot = { skip: isRoot ? false : 'needs root' };

afterEach(closeFolders);

test('root runs the server as an unprivileged user', needsRoot, async () => {
  const database = await start(newFolder());
  assert.equal(statSync(`/proc/${database.pid}`).uid, NOBODY.uid);
  assert.equal(statSync(join(database.dataFolder, 'postgres', 'cluster')).uid, NOBODY.uid);
  assert.equal(statSync(join(database.dataFolder, 'postgres', 'password')).uid, 0);
});

test(
  'a normal user runs the server as itself, and root goes on with it as that user',
  needsRoot,
  async (t) => {
    if (!canReach(findNativePackage().root, NOBODY))
      return t.skip('the installation is closed to other users');
    const folder = newFolder();
    mkdirSync(folder);
    chownSync(folder, NOBODY.uid, NOBODY.gid);
    for (const round of ['initialised', 'started']) {
      const owner = await startOwner(folder, NOBODY.uid);
      assert.equal(owner.answer.state, round, owner.answer.message);
      assert.equal(statSync(`/proc/${owner.answer.pid}`).uid, NOBODY.uid);
      await owner.finish();
      const asRoot = await start(folder);
      assert.equal(statSync(`/proc/${asRoot.pid}`).uid, NOBODY.uid);
      await asRoot.stop();
    }
  },
);

test(
  'a folder behind a closed one is replaced by one in the state directory, always the same',
  needsRoot,
  async (t) => {
    const wanted = newFolder();
    chmodSync(dirname(wanted), 0o700);
    const told: string[] = [];
    const options = { onRelocated: (folder: string) => told.push(folder) };
    const first = await start(wanted, options);
    t.after(() => {
      rmSync(first.dataFolder, { recursive: true, force: true });
      const stateDirectory = dirname(first.dataFolder);
      if (readdirSync(stateDirectory).length === 0) rmdirSync(stateDirectory);
    });
    await first.stop();
    const second = await start(wanted, options);
    assert.equal(second.state, 'started');
    assert.match(second.dataFolder, /^\/var\/lib\/plystra\/[0-9a-f]{16}$/);
    assert.deepEqual(told, [second.dataFolder, second.dataFolder]);
    await second.stop();
  },
);

test('a package that the unprivileged user cannot reach is copied into the data folder', needsRoot, (t) => {
  const closed = mkdtempSync(join(tmpdir(), 'plystra-package-'));
  t.after(() => rmSync(closed, { recursive: true }));
  const root = join(closed, 'native');
  for (const path of ['bin', 'lib/postgresql', 'share/postgresql'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'bin', 'postgres'), 'program', { mode: 0o700 });
  writeFileSync(join(root, 'lib', 'libpq.so.5.18'), 'library', { mode: 0o600 });
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(root, 'pg-symlinks.json'), JSON.stringify(links));

  const folder = resolveDataFolder(newFolder());
  createDataFolder(folder);
  const { postgres, env } = prepareBinaries({ version: '18.4.0', major: '18', root }, folder);
  assert.ok(postgres.startsWith(folder.path));
  assert.equal(statSync(postgres).mode & 0o777, 0o755);
  assert.ok(canReach(dirname(postgres), NOBODY));
  const [first, second] = env['LD_LIBRARY_PATH']?.split(':') ?? [];
  assert.equal(readFileSync(join(first ?? '', 'libpq.so.5'), 'utf8'), 'library');
  assert.equal(second, join(folder.home, 'native-18.4.0', 'lib'));
});

test('a platform without embedded PostgreSQL is told to set DATABASE_URL', () => {
  for (const [platform, arch] of [
    ['freebsd', 'x64'],
    ['linux', 'riscv64'],
    ['sunos', 'x64'],
  ] as const) {
    assert.throws(
      () => findNativePackage(platform, arch),
      (error: unknown) => {
        assert.ok(error instanceof EmbeddedPostgresError);
        assert.equal(error.code, 'UNSUPPORTED_PLATFORM');
        assert.match(error.message, new RegExp(`${platform}-${arch}`));
        assert.match(error.hint, /DATABASE_URL/);
        return true;
      },
    );
  }
});

test('a package that was left out of the installation is named', () => {
  const other = process.platform === 'darwin' ? 'linux' : 'darwin';
  assert.throws(() => findNativePackage(other, 'arm64'), {
    code: 'UNSUPPORTED_PLATFORM',
    message: new RegExp(`@embedded-postgres/${other}-arm64 .* is not installed`),
  });
});

test('a start that fails shows what PostgreSQL said', async () => {
  const folder = newFolder();
  const database = await start(folder);
  await database.stop();
  appendFileSync(join(folder, 'postgres', 'cluster', 'postgresql.conf'), '\nshared_bufers = 1\n');
  await assert.rejects(start(folder), (error: unknown) => {
    assert.ok(error instanceof EmbeddedPostgresError);
    assert.equal(error.code, 'START_FAILED');
    assert.match(
      error.message,
      /PostgreSQL said:[\s\S]*unrecognized configuration parameter "shared_bufers"/,
    );
    assert.ok(!error.message.includes(new URL(database.url).password));
    return true;
  });
  assert.equal(acquired(folder), true);
});

test('data of another major version is refused and left alone', async () => {
  const folder = newFolder();
  await (await start(folder)).stop();
  writeFileSync(join(folder, 'postgres', 'cluster', 'PG_VERSION'), '17\n');
  await assert.rejects(start(folder), {
    code: 'VERSION_MISMATCH',
    message: /by PostgreSQL 17; this is PostgreSQL 18/,
  });
});

test('a pid file whose number now belongs to a foreign process does not prevent the start', async () => {
  const folder = newFolder();
  await (await start(folder)).stop();
  const cluster = join(folder, 'postgres', 'cluster');
  const { uid, gid } = statSync(cluster);
  const file = join(cluster, 'postmaster.pid');
  writeFileSync(file, [process.pid, cluster, 1, 1, '', '127.0.0.1', '1 1', 'ready', ''].join('\n'));
  if (isRoot) chownSync(file, uid, gid);
  const again = await start(folder);
  assert.equal(again.state, 'started');
  assert.deepEqual(await queryOne(again.url, 'select 1 as n'), { n: 1 });
});

test('a port that somebody takes first is replaced by another', async (t) => {
  const path = newFolder();
  await (await start(path)).stop();
  const squatter = createServer().listen(0, '127.0.0.1');
  t.after(() => squatter.close());
  await once(squatter, 'listening');
  const address = squatter.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;

  const folder = resolveDataFolder(path);
  const binaries = prepareBinaries(findNativePackage(), folder);
  const choices = [taken, taken];
  const server = await startPostmaster(folder, binaries, async () => choices.pop() ?? freePort());
  await stopPostmaster(folder, binaries, server.pid);
  assert.notEqual(server.port, taken);
  assert.equal(choices.length, 0);
});

test('a draft that a cut-off start has left is not taken for a database, and is cleared away', async () => {
  const folder = newFolder();
  const draft = join(folder, 'postgres', 'cluster.draft.0');
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'PG_VERSION'), '18\n');
  assert.equal((await start(folder)).state, 'initialised');
  assert.equal(existsSync(draft), false);
});

test('the lock of a start that died does not block the next one', () => {
  const folder = newFolder();
  mkdirSync(folder);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(folder, 'start.lock.4'), JSON.stringify({ pid, started: '' }));
  const attempt = acquireStartLock(folder);
  assert.ok('lock' in attempt);
  assert.deepEqual(readdirSync(folder), ['start.lock.5']);
});

test('the lock of a live start is refused with its number, a reused number is not', () => {
  const folder = newFolder();
  mkdirSync(folder);
  const attempt = acquireStartLock(folder);
  assert.ok('lock' in attempt);
  assert.deepEqual(acquireStartLock(folder), { heldBy: process.pid });
  attempt.lock.release();
  assert.ok('lock' in acquireStartLock(folder));

  if (process.platform !== 'linux') return;
  writeFileSync(
    join(folder, 'start.lock.9'),
    JSON.stringify({ pid: process.pid, started: 'another boot:1' }),
  );
  assert.ok('lock' in acquireStartLock(folder));
});

test('a place that cannot hold the data is reported as such', () => {
  const file = newFolder();
  writeFileSync(file, '');
  assert.throws(() => createDataFolder(resolveDataFolder(join(file, 'inside'))), { code: 'FOLDER_UNUSABLE' });
  if (process.platform === 'win32') return;
  assert.throws(() => resolveDataFolder('/tmp/a:b'), { code: 'FOLDER_UNUSABLE' });
});

function acquired(folder: string): boolean {
  const attempt = acquireStartLock(join(folder, 'postgres'));
  if ('lock' in attempt) attempt.lock.release();
  return 'lock' in attempt;
}
