import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import pg from 'pg';

import {
  CHECKSUMS_FILE,
  formatChecksums,
  migrateUp,
  readMigrationFiles,
} from '../server/src/platform/migrations/index.ts';
import { formatSnapshot, readSchema, SNAPSHOT_FILE } from '../server/src/platform/schema-check/index.ts';
import { createEmptyDatabase } from '../server/test/platform/schema-fixture.ts';

/**
 * Rewrites checksums.txt and schema.json of every chain named on the command line (default: core); with `--check`
 * it changes nothing and fails when one of them is stale. schema.json is read back from an empty database after
 * the migrations ran on it.
 */
const check = process.argv.includes('--check');
const chains = process.argv.slice(2).filter((argument) => argument !== '--check');
for (const chain of chains.length > 0 ? chains : ['core']) await refresh(chain);

async function refresh(chain: string): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'migrations', chain);
  await put(join(folder, CHECKSUMS_FILE), formatChecksums(await readMigrationFiles(folder)));
  const database = await createEmptyDatabase();
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    await migrateUp(client, folder);
    const { snapshot } = await readSchema(client);
    await put(join(folder, SNAPSHOT_FILE), formatSnapshot(snapshot));
  } finally {
    await client.end();
    await database.drop();
  }
}

async function put(path: string, text: string): Promise<void> {
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current === text) return;
  if (check) {
    process.stderr.write(`${path} is stale; run scripts/schema-snapshot.ts\n`);
    process.exitCode = 1;
    return;
  }
  await writeFile(path, text);
  process.stdout.write(`wrote ${path}\n`);
}
