import cluster from 'node:cluster';
import { join } from 'node:path';
import { type Config, ConfigError, loadConfig } from './platform/config/index.ts';
import { EmbeddedPostgresError } from './platform/embedded-postgres/index.ts';
import { createLogger } from './platform/logging/index.ts';
import { type Beginning, type Life, liveProcess } from './process-life.ts';

/**
 * The Core server as a process: reads its configuration, runs, and ends with 0, 1 (failed) or 78 (configuration). It
 * serves by itself, or starts as many workers as are configured, which come here again.
 */
export async function coreProcess(): Promise<void> {
  const config = readConfig();
  if (config === null) {
    process.exitCode = 78;
    return;
  }
  const { isWorker } = cluster;
  const { level, format } = config.log;
  const log = createLogger({ level, format, ...(isWorker ? { fields: { pid: process.pid } } : {}) });
  const start = await startOf(config);
  // In a terminal Ctrl-C reaches workers as well as their supervisor; it is the supervisor that ends them at once.
  const conduct = { endsAtSecondSignal: !isWorker, explain };
  await liveProcess(start, { config, log, say }, conduct);
}

/** Each kind of process loads only what it needs: a supervisor knows nothing of the domain. */
async function startOf({ server }: Config): Promise<(beginning: Beginning) => Promise<Life>> {
  if (cluster.isWorker) return (await import('./workers/worker.ts')).startWorker;
  const start =
    server.workers === 1
      ? (await import('./run-core.ts')).startCore
      : (await import('./workers/supervisor.ts')).startSupervisor;
  return (beginning) => {
    whenOrphaned(() => beginning.stop('the npm command that started the server is gone'));
    return start(beginning);
  };
}

/**
 * npm runs a script in a shell, and that shell ends on SIGTERM without passing it on. So under npm the end of the
 * parent process is the signal to stop.
 */
function whenOrphaned(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 200);
  watch.unref();
}

function readConfig(): Config | null {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(
      `Plystra does not start: ${error.problems.length} problem(s) in the configuration.\n`,
    );
    for (const { variable, problem, accepted } of error.problems) {
      process.stderr.write(`  ${variable}: ${problem}\n    accepted: ${accepted}\n`);
    }
    process.stderr.write(`All variables: ${join('docs', 'configuration.md')}\n`);
    return null;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What an operator needs to know of a failed start. */
function explain(error: unknown): string {
  if (error instanceof EmbeddedPostgresError) return `${error.message}\n${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
