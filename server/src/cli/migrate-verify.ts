import { verifyMigrations } from '../platform/migrations/index.ts';
import type { Command } from './command.ts';
import { failureCode } from './failure.ts';
import { chainName, chainPrefix } from './migration-chains.ts';
import { withDatabase } from './with-database.ts';

/** `migrate verify`: proves that the database stands where this release's migrations do. */
export const migrateVerify: Command = {
  name: ['migrate', 'verify'],
  summary: 'Prove that the database stands exactly where the migrations of this release do.',
  usage: '',
  description: 'Fails with a list of what is pending, changed, missing or unknown. Reads only.',
  options: {},
  async run(context) {
    const { chains, output } = context;
    const problems = await withDatabase(context, async (client) => {
      const found = [];
      for (const chain of chains) {
        for (const problem of await verifyMigrations(client, chain)) found.push({ chain, ...problem });
      }
      return found;
    });
    for (const { chain, code, message } of problems) {
      const painted = output.paint(code === 'pending' ? 'yellow' : 'red', message);
      output.line(`${chainPrefix(chain, chains)}${painted}`);
    }
    if (problems.length === 0) output.line(output.paint('green', 'migrations verified'));
    else if (problems.every(({ code }) => code === 'pending')) {
      output.note('Back the database up, then run: plystractl migrate up');
    }
    return {
      exitCode: problems.length === 0 ? 0 : 1,
      json: {
        problems: problems.map(({ chain, code, version, message }) => {
          return { chain: chainName(chain), code: failureCode(code), version, message };
        }),
      },
    };
  },
};
