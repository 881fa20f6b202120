import { join } from 'node:path';
import { type Config, ConfigError, loadConfig } from './platform/config/index.ts';
import { EmbeddedPostgresError } from './platform/embedded-postgres/index.ts';
import { createLogger } from './platform/logging/index.ts';
import { type RunningCore, runCore } from './run-core.ts';

/** How long a server without its database may take to tell its clients. */
const lostDeadlineMs = 5_000;

/** The Core server as a process: reads its configuration, runs, and ends with 0, 1 (failed) or 78 (configuration). */
export async function coreProcess(): Promise<void> {
  const config = readConfig();
  if (config === null) {
    process.exitCode = 78;
    return;
  }
  const log = createLogger({ level: config.log.level, format: config.log.format });
  const fatal = (error: unknown, what: string) => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => fatal(error, 'uncaught exception'));
  process.on('unhandledRejection', (error) => fatal(error, 'unhandled rejection'));
  let core: RunningCore | null = null;
  let stopping: string | null = null;
  const stopNow = (running: RunningCore, why: string) => {
    log.info({ why }, 'stopping');
    running.stop().then(
      () => process.exit(0),
      (error) => fatal(error, 'stop failed'),
    );
  };
  const stop = (why: string) => {
    if (stopping !== null) process.exit(1);
    stopping = why;
    // A start goes on to its end first: it may have a database at hand that nobody else would stop.
    if (core !== null) stopNow(core, why);
  };
  const endWithoutDatabase = (running: RunningCore | null, why: string) => {
    log.fatal({ why }, 'The embedded database is gone. Start again: what was answered is on disk.');
    stopping = why;
    setTimeout(() => process.exit(1), lostDeadlineMs);
    running?.stop({ atOnce: true }).finally(() => process.exit(1));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  whenOrphaned(() => {
    if (stopping === null) stop('the npm command that started the server is gone');
  });
  try {
    core = await runCore(config, log, say);
    void core.lost.then((why) => endWithoutDatabase(core, why));
    if (stopping !== null) stopNow(core, stopping);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
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
