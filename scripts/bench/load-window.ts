import { cpuSeconds, cpuSecondsOfTree, readsProc, residentMb } from './proc.ts';
import { openRawConnection, type RawConnection } from './raw-connection.ts';

/** What one measured window is made of. */
export type WindowPlan = {
  readonly port: number;
  /** Clients that each send their next request when the last one is answered. */
  readonly connections: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly serverPid: number;
  readonly postmasterPid: number;
};

/** What was seen in a window. Times are in milliseconds; CPU is null where it cannot be read. */
export type Window = {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** CPU of one request, in milliseconds. */
  readonly serverCpuMs: number | null;
  readonly databaseCpuMs: number | null;
  readonly residentMb: number | null;
  /** Requests answered with 200 in all, those of the warm-up included. */
  readonly answered: number;
};

/**
 * Sends `requests` in turn, from a random one on, over so many connections at once, and measures a window after the
 * warm-up.
 *
 * @throws Error when a connection breaks or an answer is not 200
 */
export async function loadWindow(plan: WindowPlan, requests: readonly Buffer[]): Promise<Window> {
  const broken = Promise.withResolvers<never>();
  const run = runWindow(plan, requests, broken.reject);
  return Promise.race([run, broken.promise]);
}

async function runWindow(
  plan: WindowPlan,
  requests: readonly Buffer[],
  failed: (error: Error) => void,
): Promise<Window> {
  const opened: RawConnection[] = [];
  for (let n = 0; n < plan.connections; n += 1) opened.push(await openRawConnection(plan.port, failed));
  const latencies: number[] = [];
  let measuring = false;
  let ending = false;
  let answered = 0;
  let busy = 0;
  let next = Math.floor(Math.random() * requests.length);
  const idle = Promise.withResolvers<void>();
  const ask = (connection: RawConnection): void => {
    const request = requests[next] as Buffer;
    next = next + 1 === requests.length ? 0 : next + 1;
    const sent = performance.now();
    connection.send(request, (status) => {
      if (status !== 200) return failed(new Error(`A request was answered with ${status}.`));
      answered += 1;
      if (measuring) latencies.push(performance.now() - sent);
      if (!ending) return ask(connection);
      busy -= 1;
      if (busy === 0) idle.resolve();
    });
  };
  busy = opened.length;
  for (const connection of opened) ask(connection);
  await pause(plan.warmUpMs);
  const before = readCpu(plan);
  measuring = true;
  const started = performance.now();
  await pause(plan.windowMs);
  measuring = false;
  const elapsedMs = performance.now() - started;
  const after = readCpu(plan);
  const resident = readsProc ? residentMb(plan.serverPid) : null;
  ending = true;
  await idle.promise;
  for (const connection of opened) connection.close();
  const sorted = Float64Array.from(latencies).sort();
  const perRequest = (cpu: (of: Cpu) => number) =>
    before === null || after === null ? null : ((cpu(after) - cpu(before)) * 1000) / sorted.length;
  return {
    requests: sorted.length,
    perSecond: (sorted.length * 1000) / elapsedMs,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    serverCpuMs: perRequest(({ server }) => server),
    databaseCpuMs: perRequest(({ database }) => database),
    residentMb: resident,
    answered,
  };
}

type Cpu = { readonly server: number; readonly database: number };

function readCpu({ serverPid, postmasterPid }: WindowPlan): Cpu | null {
  if (!readsProc) return null;
  return { server: cpuSeconds(serverPid), database: cpuSecondsOfTree(postmasterPid) };
}

/** The value that a share `q` of a sorted list does not exceed (nearest rank). */
export function percentile(sorted: Float64Array, q: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
