import { join } from 'node:path';
import { verifyMigrations } from '../platform/migrations/index.ts';
import {
  checkSchema,
  loadSnapshot,
  type SchemaDifference,
  SNAPSHOT_FILE,
} from '../platform/schema-check/index.ts';
import type { Command } from './command.ts';
import { withDatabase } from './with-database.ts';

/** `schema check`: compares the live catalog with the one that the migrations give. */
export const schemaCheck: Command = {
  name: ['schema', 'check'],
  aliases: [
    ['ent', 'check'],
    ['ent', 'status'],
    ['ent', 'plan'],
  ],
  summary: 'Compare the schema of the database with the one that the migrations give.',
  usage: '',
  description:
    'Fails with a line for each difference. Whole tables, functions and extensions that no migration made are named\n' +
    'and let be: an installation may have its own. Reads only.',
  options: {},
  async run(context) {
    const { chains, output } = context;
    const snapshots = await Promise.all(chains.map((chain) => loadSnapshot(join(chain, SNAPSHOT_FILE))));
    const { differences, current } = await withDatabase(context, async (client) => {
      const migrations = [];
      for (const chain of chains) migrations.push(...(await verifyMigrations(client, chain)));
      return { differences: await checkSchema(client, snapshots), current: migrations.length === 0 };
    });
    const drift = differences.filter((difference) => !isForeign(difference));
    const foreign = differences.filter(isForeign);
    for (const { message } of drift) output.line(output.paint('red', message));
    for (const { message } of foreign) output.note(`Not drift: ${message}.`);
    if (drift.length === 0) output.line(output.paint('green', 'schema in sync'));
    else if (!current)
      output.note('The migrations are not current. Look there first: plystractl migrate verify');
    return { exitCode: drift.length === 0 ? 0 : 1, json: { drift, foreign } };
  },
};

/** A thing of its own that no migration made: it changes nothing of what the migrations give. */
export function isForeign({ kind, object }: SchemaDifference): boolean {
  return kind === 'unexpected' && /^(table|function|extension) /.test(object);
}
