import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { freePort } from '../../server/src/platform/embedded-postgres/postmaster.ts';

/** A measured server in a process of its own. */
export type ServerProcess = {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process until it took requests. */
  readonly readyMs: number;
  stop(): Promise<void>;
};

/** What is started, and how it is seen that it takes requests. */
export type ServerPlan = {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string | null;
  readonly product: boolean;
};

const readyWithinMs = 60_000;
const foreign = /^(PLYSTRA_|DATABASE_|SERVER_|HTTP_|LOG_|AUDIT_|npm_)/;

/** Starts a server and waits until it takes requests. Its log goes nowhere, as it is written all the same. */
export async function startServerProcess(plan: ServerPlan): Promise<ServerProcess> {
  const port = await freePort();
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const started = performance.now();
  const child = spawn(process.execPath, [plan.program], {
    env: {
      ...Object.fromEntries(inherited),
      ...plan.env,
      ...(plan.databaseUrl === null ? {} : { DATABASE_URL: plan.databaseUrl }),
      SERVER_PORT: String(port),
      BENCH_PORT: String(port),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  let running = true;
  void ended.then(() => {
    running = false;
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const until = async (arrived: () => Promise<boolean>, everyMs: number): Promise<void> => {
    while (!(await arrived())) {
      if (!running) throw new Error(`${plan.program} ended before it was ready.`);
      if (performance.now() - started > readyWithinMs) throw new Error(`${plan.program} does not get ready.`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
  await until(() => accepts(port), 5);
  // Anonymous requests are limited; this often is allowed for half a minute.
  if (plan.product) await until(() => isReady(port), 50);
  return {
    port,
    pid: child.pid ?? 0,
    readyMs: performance.now() - started,
    async stop() {
      process.off('exit', killed);
      // Nobody waits for an answer any more, so there is nothing to drain.
      killed();
      await ended;
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(socket.destroy() !== undefined));
    socket.on('error', () => resolve(false));
  });
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/api/v1/ready', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}
