import { join } from 'node:path';
import { coreDatabase } from './core-database.ts';
import { firstRunMessage } from './first-run-message.ts';
import { tryToListen } from './listen.ts';
import type { Config } from './platform/config/index.ts';
import type { LossReason } from './platform/embedded-postgres/index.ts';
import type { Logger } from './platform/logging/index.ts';
import { secretsFileName } from './platform/secrets/index.ts';
import type { Beginning } from './process-life.ts';
import { type CoreOptions, serveCore } from './serve-core.ts';

/** Core as a running process. */
export type RunningCore = {
  /** Where it listens. */
  readonly url: string;
  /** Settles when the embedded database is gone; the server is not ready from then on. */
  readonly lost: Promise<LossReason>;
  /** Goes not-ready, drains, then closes the database. With `atOnce` there is a second for draining, no more. */
  stop(how?: { readonly atOnce: boolean }): Promise<void>;
};

/**
 * Starts Core in this process: the database (the embedded one where none is configured), its migrations (applied on the
 * embedded one, verified on any other), and the server. `say` gets what a person at the terminal wants to know.
 *
 * @throws Error with a message for the operator when a part does not start; what was started before is stopped
 */
export async function runCore(
  config: Config,
  log: Logger,
  say: (text: string) => void,
  options?: CoreOptions,
): Promise<RunningCore> {
  // Found out before a database is started for nothing.
  await tryToListen(config.server);
  const lost = Promise.withResolvers<LossReason>();
  const place = await coreDatabase(config, log, say, lost.resolve);
  const core = await serveCore(config, log, place, options).catch(async (error) => {
    await place.stop();
    throw error;
  });
  void lost.promise.then(() => core.refuse());
  if (place.folder !== null) {
    say(firstRunMessage(core.publicUrl, place.folder, join(place.folder, secretsFileName)));
  }
  log.info({ url: core.url, public_url: core.publicUrl, mode: config.mode }, 'ready');
  return {
    url: core.url,
    lost: lost.promise,
    async stop(how) {
      await core.stop(how);
      await place.stop();
    },
  };
}

/** Core as the life of this process, which is the only one behind its port. */
export function startCore({ config, log, say }: Beginning): Promise<RunningCore> {
  return runCore(config, log, say);
}
