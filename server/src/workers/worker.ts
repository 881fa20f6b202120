import type { Family } from '../platform/metrics/index.ts';
import type { Beginning, Life } from '../process-life.ts';
import { type ServingCore, serveCore } from '../serve-core.ts';
import { onSupervisorMessage, tellSupervisor, type WorkerOrders } from './messages.ts';

/**
 * Core as the life of a worker: serves on the database and the port that the supervisor names, which has migrated the
 * one and holds the other. When the supervisor is gone the process ends, since `node:cluster` has it so.
 */
export async function startWorker({ config, log, stop }: Beginning): Promise<Life> {
  const orders = Promise.withResolvers<WorkerOrders | null>();
  const asked = new Map<number, (families: readonly Family[]) => void>();
  let asks = 0;
  let core: ServingCore | null = null;
  onSupervisorMessage((message) => {
    if (message.kind === 'serve') orders.resolve(message.orders);
    if (message.kind === 'stop') {
      orders.resolve(null);
      stop('the supervisor asked for it', { atOnce: message.atOnce });
    }
    if (message.kind === 'report' && core !== null) {
      void tellSupervisor({ kind: 'reported', id: message.id, report: core.metricsReport() });
    }
    if (message.kind === 'metrics') {
      asked.get(message.id)?.(message.families);
      asked.delete(message.id);
    }
  });
  await tellSupervisor({ kind: 'hello' });
  const given = await orders.promise;
  if (given === null) return { lost: new Promise(() => undefined), stop: async () => undefined };
  const metricsOfAll = (): Promise<readonly Family[]> =>
    new Promise((resolve) => {
      asks += 1;
      asked.set(asks, resolve);
      void tellSupervisor({ kind: 'metrics', id: asks });
    });
  try {
    const placed = { ...config, server: { ...config.server, port: given.port } };
    core = await serveCore(placed, log, given, { metricsOfAll });
  } catch (error) {
    // The supervisor tells it, once for all workers.
    await tellSupervisor({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
  await tellSupervisor({ kind: 'ready', url: core.url, publicUrl: core.publicUrl });
  return { lost: new Promise(() => undefined), stop: core.stop };
}
