/** By how much the clocks of a server and of its database may differ, in milliseconds. */
export const CLOCK_LIMIT_MS = 1000;

/** How two clocks stand to each other, as `DatabaseClock` tells it. */
export type ClockDifference = { readonly offsetMs: number; readonly uncertaintyMs: number };

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
