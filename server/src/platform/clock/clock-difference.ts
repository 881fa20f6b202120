import type pg from 'pg';
import { measureClock } from './measure-clock.ts';

/** By how much the clocks of a server and of its database may differ, in milliseconds. */
export const CLOCK_LIMIT_MS = 1000;

/** How two clocks stand to each other, as `DatabaseClock` tells it. */
export type ClockDifference = { readonly offsetMs: number; readonly uncertaintyMs: number };

/** Measures how the clock of the database stands to that of this machine. */
export async function measureDifference(client: Pick<pg.ClientBase, 'query'>): Promise<ClockDifference> {
  const { databaseMs, steadyMs, uncertaintyMs } = await measureClock(client);
  return { offsetMs: databaseMs + (performance.now() - steadyMs) - Date.now(), uncertaintyMs };
}

/** Whether the clocks certainly differ by more than the limit, whatever the measurement is off by. */
export function clocksDiffer({ offsetMs, uncertaintyMs }: ClockDifference): boolean {
  return Math.abs(offsetMs) - uncertaintyMs > CLOCK_LIMIT_MS;
}

/** The difference as a sentence, with its figure: `The database's clock is 2.50 s ahead of …`. */
export function describeDifference({ offsetMs, uncertaintyMs }: ClockDifference): string {
  const seconds = (ms: number) => `${(Math.abs(ms) / 1000).toFixed(3)} s`;
  const way = offsetMs < 0 ? 'behind' : 'ahead of';
  return `The clock of the database is ${seconds(offsetMs)} ${way} the clock of this machine (± ${seconds(uncertaintyMs)}).`;
}
