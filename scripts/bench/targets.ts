import type { Figures } from './figures.ts';
import type { Window } from './load-window.ts';
import { median, ratio, type Spread } from './statistics.ts';
import type { QuestionSetName, VariantName } from './variants.ts';

/** A ratio that the server has to reach, and what the run says about it. */
export type Target = {
  readonly what: string;
  /** What it has to be at least, or at most. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** Null when the run did not measure it. */
  readonly found: Spread | null;
  readonly met: boolean | null;
};

/** A way to read one number out of a window; null where it cannot be read on this system. */
type Reading = (window: Window) => number | null;

const perSecond: Reading = (window) => window.perSecond;
const p50: Reading = (window) => window.p50;
const p99: Reading = (window) => window.p99;
const serverCpu: Reading = (window) => window.serverCpuMs;
const allCpu: Reading = ({ serverCpuMs, databaseCpuMs }) =>
  serverCpuMs === null || databaseCpuMs === null ? null : serverCpuMs + databaseCpuMs;

/** All targets, in the order in which people look for them. */
export function targetsOf(figures: Figures): Target[] {
  const read = (variant: VariantName, set: QuestionSetName, connections: number, reading: Reading) => {
    const cell = figures.cells.find(
      (one) => one.variant === variant && one.set === set && one.connections === connections,
    );
    const values = cell?.windows.map(reading) ?? [];
    return values.length === 0 || values.includes(null) ? null : (values as number[]);
  };
  const against = (
    other: VariantName,
    reading: Reading,
    connections: number,
    set: QuestionSetName = 'wide',
    mine: VariantName = 'plystra',
  ) => spread(read(mine, set, connections, reading), read(other, set, connections, reading));
  const throughput = (set: QuestionSetName, connections: number, atLeast: number) =>
    target(
      `throughput / naive, ${set}, c=${connections}`,
      { atLeast },
      against('naive', perSecond, connections, set),
    );
  const wholeRequest = read('plystra', 'wide', 64, serverCpu);
  return [
    throughput('wide', 1, 2),
    throughput('wide', 16, 4),
    throughput('wide', 64, 5),
    throughput('hot', 1, 2.3),
    throughput('hot', 16, 4),
    throughput('hot', 64, 5),
    target('throughput / floor, c=1', { atLeast: 0.65 }, against('floor', perSecond, 1)),
    target('throughput / floor, c=16', { atLeast: 0.5 }, against('floor', perSecond, 16)),
    target('throughput / floor, c=64', { atLeast: 0.4 }, against('floor', perSecond, 64)),
    target('p50 / naive, c=1', { atMost: 0.42 }, against('naive', p50, 1)),
    target('p99 / naive, c=16', { atMost: 0.45 }, against('naive', p99, 16)),
    target('p99 / naive, c=64', { atMost: 0.45 }, against('naive', p99, 64)),
    target('CPU of server and PostgreSQL / naive, c=16', { atMost: 0.25 }, against('naive', allCpu, 16)),
    target('throughput / cte, c=64', { atLeast: 3.3 }, against('cte', perSecond, 64)),
    target('throughput / no audit, c=64', { atLeast: 0.6 }, against('plystra-no-audit', perSecond, 64)),
    target('throughput / no fence, c=64', { atLeast: 0.9 }, against('plystra-no-fence', perSecond, 64)),
    target(
      'CPU of a request through the contract alone / hello, c=64',
      { atMost: 2.6 },
      against('hello', serverCpu, 64, 'wide', 'contract-only'),
    ),
    target(
      'start of the compiled validators / compilation of all schemas',
      { atMost: 0.15 },
      spread(figures.validators?.compiledMs ?? null, figures.validators?.atRunTimeMs ?? null),
    ),
    target(
      'CPU of a decision with trace in the engine / of a request in the server, c=64',
      { atMost: 0.05 },
      spread(
        figures.engineMs,
        wholeRequest === null || figures.engineMs === null
          ? null
          : figures.engineMs.map(() => median(wholeRequest)),
      ),
    ),
    target(
      'time of one batch of 1,000 checks / of 1,000 checks of naive, c=16',
      { atMost: 0.5 },
      spread(
        figures.batch?.map(({ alone }) => alone.p50) ?? null,
        read('naive', 'wide', 16, (window) => 1_000_000 / window.perSecond),
      ),
    ),
  ];
}

function spread(above: readonly number[] | null, below: readonly number[] | null): Spread | null {
  return above === null || below === null ? null : ratio(above, below);
}

function target(what: string, goal: Target['goal'], found: Spread | null): Target {
  if (found === null) return { what, goal, found, met: null };
  const met = 'atLeast' in goal ? found.median >= goal.atLeast : found.median <= goal.atMost;
  return { what, goal, found, met };
}
