import { migrationStatus } from '../platform/migrations/index.ts';
import type { Command } from './command.ts';
import { chainPrefix } from './migration-chains.ts';
import { type ChainMigration, colourOf, migrationJson } from './migration-view.ts';
import { withDatabase } from './with-database.ts';

/** `migrate status`: how every migration stands. */
export const migrateStatus: Command = {
  name: ['migrate', 'status'],
  summary: 'List every migration and how it stands in the database.',
  usage: '',
  description:
    'A line each: version, name, and applied, pending, checksum-mismatch (changed after it was applied) or\n' +
    'unknown (applied by a newer release). Reads only.',
  options: {},
  async run(context) {
    const { chains, output } = context;
    const found = await withDatabase(context, async (client) => {
      const migrations: ChainMigration[] = [];
      for (const chain of chains) {
        for (const state of await migrationStatus(client, chain)) migrations.push({ chain, ...state });
      }
      return migrations;
    });
    for (const { chain, version, name, state } of found) {
      const painted = output.paint(colourOf(state), state);
      output.line(`${chainPrefix(chain, chains)}${version} ${name} ${painted}`);
    }
    return { exitCode: 0, json: { migrations: found.map(migrationJson) } };
  },
};
