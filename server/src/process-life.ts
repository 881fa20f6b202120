import type { Config } from './platform/config/index.ts';
import type { Logger } from './platform/logging/index.ts';

/** What runs for as long as the process lives. */
export type Life = {
  /** Settles with the reason when it cannot go on, as without its database. */
  readonly lost: Promise<string>;
  /** Ends it in order. With `atOnce` what is under way gets a second, no more. */
  stop(how?: { readonly atOnce: boolean }): Promise<void>;
};

/** What a start is given. */
export type Beginning = {
  readonly config: Config;
  readonly log: Logger;
  /** Tells a person at the terminal. */
  readonly say: (text: string) => void;
  /** Is aborted when the process has been asked to stop; a start may end earlier then. */
  readonly stopping: AbortSignal;
  /** Asks the process to stop, as a signal does; asked again it changes nothing. */
  readonly stop: (why: string, how?: { readonly atOnce: boolean }) => void;
};

/** How the process goes by signals. */
export type Conduct = {
  /** Whether a second signal ends the process at once; else the first goes on to its end. */
  readonly endsAtSecondSignal: boolean;
  /** What an operator reads of a failed start. */
  readonly explain: (error: unknown) => string;
};

/** How long a server without its database may take to tell its clients. */
const lostDeadlineMs = 5_000;

/** Lives one life in this process, from its start to the end of the process: with 0, or with 1 when it failed. */
export async function liveProcess(
  start: (beginning: Beginning) => Promise<Life>,
  given: Pick<Beginning, 'config' | 'log' | 'say'>,
  { endsAtSecondSignal, explain }: Conduct,
): Promise<void> {
  const { log } = given;
  const stopping = new AbortController();
  let life: Life | null = null;
  let asked: { readonly atOnce: boolean } | undefined;
  const fatal = (error: unknown, what: string) => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => fatal(error, 'uncaught exception'));
  process.on('unhandledRejection', (error) => fatal(error, 'unhandled rejection'));
  const stopNow = (running: Life) => {
    log.info({ why: stopping.signal.reason }, 'stopping');
    running.stop(asked).then(
      () => process.exit(0),
      (error) => fatal(error, 'stop failed'),
    );
  };
  const stop: Beginning['stop'] = (why, how) => {
    if (stopping.signal.aborted) return;
    asked = how;
    stopping.abort(why);
    // A start goes on to its end first: it may have a database at hand that nobody else would stop.
    if (life !== null) stopNow(life);
  };
  const endWithoutDatabase = (running: Life, why: string) => {
    log.fatal({ why }, 'The embedded database is gone. Start again: what was answered is on disk.');
    stopping.abort(why);
    setTimeout(() => process.exit(1), lostDeadlineMs);
    running.stop({ atOnce: true }).finally(() => process.exit(1));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted && endsAtSecondSignal) process.exit(1);
      stop(signal);
    });
  }
  try {
    const running = await start({ ...given, stopping: stopping.signal, stop });
    life = running;
    void running.lost.then((why) => endWithoutDatabase(running, why));
    if (stopping.signal.aborted) stopNow(running);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}
