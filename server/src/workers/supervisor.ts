import { join } from 'node:path';
import { coreDatabase, type DatabasePlace, warnOfConnections } from '../core-database.ts';
import { firstRunMessage } from '../first-run-message.ts';
import { tryToListen } from '../listen.ts';
import { secretsFileName } from '../platform/secrets/index.ts';
import type { Beginning, Life } from '../process-life.ts';
import { GatheredMetrics } from './gathered-metrics.ts';
import { tellWorker } from './messages.ts';
import { WorkerPlace } from './worker-place.ts';

/** How much longer than its draining a worker may take to end: it may have to finish its start first. */
const endingMs = 15_000;
/** How long workers without a database may take to tell their clients. */
const lostEndingMs = 3_000;

/**
 * Several processes behind one port, as the life of their supervisor: it makes ready the database as a single process
 * does, hands the port to the workers (`node:cluster`), replaces those that end, and stops the database after them. It
 * takes no requests itself.
 *
 * @throws Error with a message for the operator when a part does not start; what was started before is stopped
 */
export async function startSupervisor(beginning: Beginning): Promise<Life> {
  const { config, log, say } = beginning;
  // Found out before a database is started for nothing.
  await tryToListen(config.server);
  const lost = Promise.withResolvers<string>();
  const place = await coreDatabase(config, log, say, lost.resolve);
  // Asked to stop meanwhile: no worker is needed any more.
  if (beginning.stopping.aborted) return { lost: lost.promise, stop: () => place.stop() };
  try {
    const warning = await warnOfConnections(config, place.url);
    if (warning !== null) log.warn(warning);
    return { lost: lost.promise, stop: await superviseOn(place, beginning) };
  } catch (error) {
    await place.stop();
    throw error;
  }
}

/** Starts the workers, and gives what stops them and then the database. */
async function superviseOn(
  place: DatabasePlace,
  { config, log, say, stopping }: Beginning,
): Promise<Life['stop']> {
  // All have to serve on the same port, whichever of them live when another one joins.
  const port = config.server.port === 0 ? await tryToListen(config.server) : config.server.port;
  const metrics = new GatheredMetrics();
  const places: WorkerPlace[] = [];
  for (let number = 1; number <= config.server.workers; number += 1) {
    places.push(
      new WorkerPlace({
        number,
        orders: { port, url: place.url, secrets: place.secrets },
        log,
        heard(worker, message) {
          if (message.kind !== 'metrics') return;
          const { id } = message;
          void metrics
            .gather(places)
            .then((families) => tellWorker(worker, { kind: 'metrics', id, families }));
        },
        ended: (ended) => metrics.ended(ended),
      }),
    );
  }
  const stopWorkers = async (atOnce: boolean): Promise<boolean> => {
    const { drainDelayMs, shutdownTimeoutMs } = config.server;
    const deadlineMs = atOnce ? lostEndingMs : drainDelayMs + shutdownTimeoutMs + endingMs;
    const ends = await Promise.all(places.map((each) => each.stop(atOnce, deadlineMs)));
    return ends.every(({ inOrder }) => inOrder);
  };
  const [reached] = await Promise.race([
    Promise.all(places.map((each) => each.reached)),
    whenAborted(stopping),
  ]).catch(async (error) => {
    await stopWorkers(true);
    throw error;
  });
  if (reached !== undefined) {
    const { url, publicUrl } = reached;
    if (place.folder !== null)
      say(firstRunMessage(publicUrl, place.folder, join(place.folder, secretsFileName)));
    log.info({ url, public_url: publicUrl, mode: config.mode, workers: places.length }, 'ready');
  }
  return async ({ atOnce } = { atOnce: false }) => {
    const inOrder = await stopWorkers(atOnce);
    await place.stop();
    if (!inOrder) throw new Error('Not every worker ended in order.');
  };
}

/** Settles with nothing when the process has been asked to stop: who is still starting need not be waited for. */
function whenAborted(signal: AbortSignal): Promise<[]> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve([]);
    else signal.addEventListener('abort', () => resolve([]), { once: true });
  });
}
