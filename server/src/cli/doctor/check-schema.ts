import { join } from 'node:path';
import type pg from 'pg';
import { verifyMigrations } from '../../platform/migrations/index.ts';
import { checkSchema, loadSnapshot, SNAPSHOT_FILE } from '../../platform/schema-check/index.ts';
import { failureCode } from '../failure.ts';
import { isForeign } from '../schema-check.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether all migrations of this release are applied, unchanged, and no others. */
export async function checkMigrations(client: pg.Client, chains: readonly string[]): Promise<Finding[]> {
  const { ok, failed } = findingsOf('migrations');
  const found: Finding[] = [];
  for (const chain of chains) {
    for (const { code, message } of await verifyMigrations(client, chain)) {
      const hint =
        code === 'pending'
          ? 'Back the database up, then run: plystractl migrate up'
          : 'Look closer with: plystractl migrate verify';
      found.push(failed(`${message}.`, hint, { code: failureCode(code) }));
    }
  }
  return found.length > 0 ? found : [ok('All are applied, with the checksums of this release.')];
}

/** Whether the schema is the one that the migrations give. Tables of the installation's own are let be. */
export async function checkDrift(client: pg.Client, chains: readonly string[]): Promise<Finding[]> {
  const { ok, failed } = findingsOf('schema');
  const snapshots = await Promise.all(chains.map((chain) => loadSnapshot(join(chain, SNAPSHOT_FILE))));
  const drift = (await checkSchema(client, snapshots)).filter((difference) => !isForeign(difference));
  if (drift.length === 0) return [ok('It is the one that the migrations give.')];
  const hint = 'Find out who changed it, and put it back; the whole list: plystractl schema check';
  return drift.map(({ kind, object, message }) => failed(`${message}.`, hint, { kind, object }));
}
