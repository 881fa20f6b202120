import type { ClientBase } from 'pg';
import {
  checkServerVersion,
  type MigrationRun,
  migrateUp,
  migrationPlan,
} from '../platform/migrations/index.ts';
import type { Command, CommandContext } from './command.ts';
import { HalfDone } from './failure.ts';
import { chainName, chainPrefix } from './migration-chains.ts';
import { withDatabase } from './with-database.ts';

type Applied = MigrationRun & { readonly chain: string };

/** `migrate up`: applies what is pending. */
export const migrateUpCommand: Command = {
  name: ['migrate', 'up'],
  summary: 'Apply the pending migrations in order.',
  usage: '',
  description:
    'Each file is one transaction. The first failure ends the run: the files before it stay applied, nothing of it\n' +
    'does. Migrations are forward only: make a backup first.',
  options: {},
  async run(context) {
    const applied: Applied[] = [];
    try {
      await withDatabase(context, async (client) => {
        const warning = await checkServerVersion(client);
        if (warning !== null) context.output.note(warning);
        for (const chain of context.chains) await applyChain(context, client, chain, applied);
      });
    } catch (error) {
      throw new HalfDone({ applied: applied.map(appliedJson) }, error);
    }
    if (applied.length === 0) context.output.line('nothing to apply');
    return { exitCode: 0, json: { applied: applied.map(appliedJson) } };
  },
};

async function applyChain(
  { chains, output, signal }: CommandContext,
  client: ClientBase,
  chain: string,
  applied: Applied[],
): Promise<void> {
  const prefix = chainPrefix(chain, chains);
  // The plan is for the eyes: what is really pending is decided again for each file, under a lock.
  const plan = await migrationPlan(client, chain);
  const announce = (done: number): void => {
    const next = plan[done];
    if (next === undefined) return;
    signal.throwIfAborted();
    output.progress(done, plan.length, `applying ${prefix}${next.version} ${next.name}`);
  };
  announce(0);
  await migrateUp(client, chain, (run) => {
    applied.push({ chain, ...run });
    const done = output.paint('green', 'applied');
    output.line(`${done} ${prefix}${run.version} ${run.name} (${run.executionTimeMs} ms)`);
    announce(plan.findIndex(({ version }) => version === run.version) + 1);
  });
  output.endProgress();
}

function appliedJson({ chain, version, name, executionTimeMs }: Applied) {
  return { chain: chainName(chain), version, name, execution_time_ms: executionTimeMs };
}
