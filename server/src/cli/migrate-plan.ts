import { migrationPlan } from '../platform/migrations/index.ts';
import type { Command } from './command.ts';
import { chainPrefix } from './migration-chains.ts';
import { type ChainMigration, colourOf, migrationJson } from './migration-view.ts';
import { withDatabase } from './with-database.ts';

/** `migrate plan`: what `migrate up` would do. */
export const migratePlan: Command = {
  name: ['migrate', 'plan'],
  summary: 'List the migrations that "migrate up" would apply.',
  usage: '',
  description: 'Fails, and says why, where "migrate up" would refuse. Reads only.',
  options: {},
  async run(context) {
    const { chains, output } = context;
    const pending = await withDatabase(context, async (client) => {
      const migrations: ChainMigration[] = [];
      for (const chain of chains) {
        for (const state of await migrationPlan(client, chain)) migrations.push({ chain, ...state });
      }
      return migrations;
    });
    for (const { chain, version, name, state } of pending) {
      const painted = output.paint(colourOf(state), state);
      output.line(`${chainPrefix(chain, chains)}${version} ${name} ${painted}`);
    }
    if (pending.length === 0) output.line('nothing to apply');
    return { exitCode: 0, json: { migrations: pending.map(migrationJson) } };
  },
};
