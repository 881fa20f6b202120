import type { BenchDatabase } from './bench-database.ts';
import type { RunningVariant } from './bench-servers.ts';
import type { Load } from './load.ts';
import type { Window } from './load-window.ts';
import type { QuestionSetName, VariantName } from './variants.ts';

/** The windows of one variant on one question set at one number of connections, one a round. */
export type Cell = {
  readonly variant: VariantName;
  readonly set: QuestionSetName;
  readonly connections: number;
  readonly windows: Window[];
};

/** How the rounds go. */
export type RoundsPlan = {
  /** Leaves out windows that no target rests on. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
};

/** Numbers of clients at once. */
export const connectionCounts = [1, 16, 64] as const;

const setNames: readonly QuestionSetName[] = ['wide', 'hot'];

/**
 * Measures all variants in rounds. Those that are compared with each other run one right after the other, each round
 * beginning with another one, because the speed of a machine changes from minute to minute.
 *
 * @throws Error when a request fails, or when an answered decision has no row in the audit log
 */
export async function measureRounds(
  running: readonly RunningVariant[],
  plan: RoundsPlan,
  database: BenchDatabase,
  load: Load,
  progress: (done: string) => void,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const set of setNames) {
      for (const connections of connectionCounts) {
        const measured = running.filter(
          ({ variant: { sets, stores } }) =>
            sets.includes(set) && (stores || connections === 64 || !plan.quick),
        );
        for (const [index] of measured.entries()) {
          const one = measured[(index + round) % measured.length] as RunningVariant;
          const window = await measureWindow(one, set, connections, plan, database, load);
          cellOf(cells, one.variant.name, set, connections).windows.push(window);
        }
      }
    }
    progress(`round ${round + 1} of ${plan.rounds}`);
  }
  return cells;
}

/** One window of one variant, on an empty audit log and a database with nothing left to write. */
export async function measureWindow(
  { variant, server, clone }: RunningVariant,
  set: QuestionSetName,
  connections: number,
  { warmUpMs, windowMs }: Pick<RoundsPlan, 'warmUpMs' | 'windowMs'>,
  database: BenchDatabase,
  load: Load,
): Promise<Window> {
  await clone?.emptyAuditLog();
  await database.settle();
  const window = await load.window(set, variant.shape, {
    port: server.port,
    connections,
    warmUpMs,
    windowMs,
    serverPid: server.pid,
    postmasterPid: database.pid,
  });
  if (clone === null || !variant.records) return window;
  const { count } = await clone.auditRows();
  if (count >= window.answered) return window;
  throw new Error(`${variant.name} answered ${window.answered} decisions and recorded ${count}.`);
}

function cellOf(cells: Cell[], variant: VariantName, set: QuestionSetName, connections: number): Cell {
  const found = cells.find(
    (cell) => cell.variant === variant && cell.set === set && cell.connections === connections,
  );
  if (found !== undefined) return found;
  const made: Cell = { variant, set, connections, windows: [] };
  cells.push(made);
  return made;
}
