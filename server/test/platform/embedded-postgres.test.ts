import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/index.ts';
import { isAlive } from '../../src/platform/embedded-postgres/processes.ts';
import { closeFolders, newFolder, queryOne, start } from '../harness/database-folder.ts';
import { startOwner } from '../harness/database-owner.ts';

describe('a first start', () => {
  let database: EmbeddedPostgres;
  before(async () => {
    database = await start(newFolder("my data 'é"));
  });
  after(closeFolders);

  test('takes a folder whose name holds spaces and other letters than ASCII', () => {
    assert.equal(database.state, 'initialised');
    assert.match(database.dataFolder, /my data 'é$/);
  });

  test('makes a durable UTF-8 database that sorts by code point', async () => {
    const settings = await queryOne(
      database.url,
      `select current_database() as name, current_setting('server_encoding') as encoding,
              current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
              current_setting('timezone') as timezone, current_setting('max_connections') as connections,
              (array(select x from unnest(array['b', 'a', 'B', 'é']) as x order by x))::text as sorted`,
    );
    assert.deepEqual(settings, {
      name: 'plystra',
      encoding: 'UTF8',
      fsync: 'on',
      commit: 'on',
      timezone: 'UTC',
      connections: '100',
      sorted: '{B,a,b,é}',
    });
  });

  test('listens on the loopback interface alone', async () => {
    const listening = await queryOne(
      database.url,
      `select current_setting('listen_addresses') as addresses,
              current_setting('unix_socket_directories') as sockets`,
    );
    assert.deepEqual(listening, { addresses: '127.0.0.1', sockets: '' });
    assert.equal(new URL(database.url).hostname, '127.0.0.1');
  });

  test('asks for the password, which is kept in a file that only its owner reads', async () => {
    const file = join(database.dataFolder, 'postgres', 'password');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const url = new URL(database.url);
    assert.equal(readFileSync(file, 'utf8'), url.password);
    assert.ok(url.password.length >= 32);
    url.password = 'wrong';
    await assert.rejects(queryOne(url.href, 'select 1'), { code: '28P01' });
  });

  test('gives a URL to tools that work beside the owner', async () => {
    assert.deepEqual(await findEmbeddedPostgres(database.dataFolder), {
      url: database.url,
      dataFolder: database.dataFolder,
    });
    assert.equal(await findEmbeddedPostgres(newFolder()), undefined);
  });

  test('cannot be repeated by the process that owns the folder', async () => {
    await assert.rejects(startEmbeddedPostgres({ dataFolder: database.dataFolder }), {
      code: 'ALREADY_RUNNING',
      ownerPid: process.pid,
    });
  });
});

describe('after a first start', () => {
  afterEach(closeFolders);

  test('a stopped database is started again with its data', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await queryOne(first.url, 'create table kept (id int)');
    await first.stop();
    await first.stop();
    await assert.rejects(queryOne(first.url, 'select 1'), { code: 'ECONNREFUSED' });

    const second = await start(folder);
    assert.equal(second.state, 'started');
    assert.deepEqual(await queryOne(second.url, 'select count(*)::int as n from kept'), { n: 0 });
  });

  test('a second start is refused, and told which process has the folder', async () => {
    const folder = newFolder();
    const owner = await startOwner(folder);
    try {
      await assert.rejects(startEmbeddedPostgres({ dataFolder: folder }), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error && 'ownerPid' in error);
        assert.equal(error.code, 'ALREADY_RUNNING');
        assert.equal(error.ownerPid, owner.pid);
        assert.ok(error.message.includes(`process ${owner.pid}`) && error.message.includes(folder));
        return true;
      });
      assert.deepEqual(await queryOne(owner.answer.url, 'select 1 as n'), { n: 1 });
    } finally {
      await owner.finish();
    }
  });

  test('the server that a killed owner leaves is adopted as it runs', async () => {
    const folder = newFolder();
    const owner = await startOwner(folder);
    await queryOne(owner.answer.url, 'create table kept as select 7 as id');
    await owner.kill();

    const heir = await start(folder);
    assert.equal(heir.state, 'adopted');
    assert.equal(heir.pid, owner.answer.pid);
    assert.deepEqual(await queryOne(heir.url, 'select id from kept'), { id: 7 });
    await assert.rejects(startEmbeddedPostgres({ dataFolder: folder }), { code: 'ALREADY_RUNNING' });
    await heir.stop();
    await assert.rejects(queryOne(heir.url, 'select 1'), { code: 'ECONNREFUSED' });
  });

  test('of several starts at the same instant on an empty folder exactly one wins', async () => {
    const folder = newFolder();
    const owners = await Promise.all([1, 2, 3, 4].map(() => startOwner(folder)));
    try {
      const winners = owners.filter(({ answer }) => answer.state === 'initialised');
      assert.equal(winners.length, 1);
      const others = owners.filter((owner) => owner !== winners[0]);
      assert.deepEqual(new Set(others.map(({ answer }) => answer.code)), new Set(['ALREADY_RUNNING']));
    } finally {
      await Promise.all(owners.map((owner) => owner.finish()));
    }
  });

  test('of several starts at the same instant after a crash exactly one adopts', async () => {
    const folder = newFolder();
    await (await startOwner(folder)).kill();
    const owners = await Promise.all([1, 2, 3].map(() => startOwner(folder)));
    try {
      const states = owners.map(({ answer }) => answer.state ?? answer.code).sort();
      assert.deepEqual(states, ['ALREADY_RUNNING', 'ALREADY_RUNNING', 'adopted']);
    } finally {
      await Promise.all(owners.map((owner) => owner.finish()));
    }
  });

  test('a killed server is started again, with what was committed, past a process of it that is still busy', async () => {
    const folder = newFolder();
    const first = await startOwner(folder);
    await queryOne(first.answer.url, 'create table kept as select 7 as id');
    // A statement that computes does not look up: it goes on when its server is gone.
    const sql = 'select count(*) from generate_series(1, 20000000000) x';
    const busy = queryOne(first.answer.url, sql).catch(() => undefined);
    const running = `select count(*)::int as n from pg_stat_activity where query = '${sql}' and state = 'active'`;
    while ((await queryOne(first.answer.url, running))['n'] === 0) await pause();
    process.kill(first.answer.pid, 'SIGKILL');

    const second = await start(folder);
    assert.equal(second.state, 'started');
    assert.deepEqual(await queryOne(second.url, 'select id from kept'), { id: 7 });
    await busy;
    await first.kill();
  });

  test('a server that was killed and stays a zombie does not keep the next one from starting', async (context) => {
    if (process.platform !== 'linux') return context.skip('the system does not show zombies');
    const folder = newFolder();
    const first = await start(folder);
    await queryOne(first.url, 'create table kept as select 7 as id');
    const pidFile = join(folder, 'postgres', 'cluster', 'postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    const owner = statSync(pidFile);
    await first.stop();
    // The shell becomes a program that takes no note of the end of its child, which ends after that: a shell that sees
    // its child end collects it. PostgreSQL asks for its own user's processes only.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], {
      cwd: '/',
      uid: owner.uid,
      gid: owner.gid,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const zombie = Number(String((await once(parent.stdout, 'data'))[0]));
      while (!/\) Z /.test(readFileSync(`/proc/${zombie}/stat`, 'utf8'))) await pause();
      writeFileSync(pidFile, [zombie, ...lines.slice(1)].join('\n'), { mode: 0o600 });
      chownSync(pidFile, owner.uid, owner.gid);
      const second = await start(folder);
      assert.deepEqual(await queryOne(second.url, 'select id from kept'), { id: 7 });
    } finally {
      parent.kill('SIGKILL');
    }
  });

  test('the loss of the database is told once, and neither ends the process nor hinders the stop', async () => {
    const lost: string[] = [];
    const told = Promise.withResolvers<void>();
    const database = await start(newFolder(), {
      onLost: (reason) => {
        lost.push(reason);
        told.resolve();
      },
    });
    process.kill(database.pid, 'SIGKILL');
    await told.promise;
    await database.stop();
    assert.deepEqual(lost, ['database-stopped']);
  });

  test('the owner keeps its right when the server recovers from the crash of one of its processes', async () => {
    const folder = newFolder();
    const lost: string[] = [];
    const database = await start(folder, { onLost: (reason) => lost.push(reason) });
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await ended;

    const owner = `select count(*)::int as n from pg_stat_activity a join pg_locks l using (pid)
                  where l.locktype = 'advisory' and a.application_name = 'plystra owner ${process.pid}'`;
    // While the server recovers it refuses connections; the right is back some time after.
    while ((await queryOne(database.url, owner).catch(() => ({ n: 0 })))['n'] !== 1) await pause();
    await assert.rejects(startEmbeddedPostgres({ dataFolder: folder }), { ownerPid: process.pid });
    assert.deepEqual(lost, []);
  });

  test('stopping leaves nothing listening and no process behind', async () => {
    const database = await start(newFolder());
    await database.stop();
    assert.equal(isAlive(database.pid), false);
    // The port may be another server's by now, which does not know our password.
    await assert.rejects(queryOne(database.url, 'select 1'));
  });
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
