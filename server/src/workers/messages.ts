import type { Worker } from 'node:cluster';
import type { Family, MetricsReport } from '../platform/metrics/index.ts';
import type { FolderSecrets } from '../platform/secrets/index.ts';

/** What a worker serves with, beside the configuration that it reads itself. It holds secrets. */
export type WorkerOrders = {
  readonly port: number;
  readonly url: string;
  readonly secrets: FolderSecrets | null;
};

/** What a supervisor tells a worker. */
export type ToWorker =
  | { readonly kind: 'serve'; readonly orders: WorkerOrders }
  | { readonly kind: 'stop'; readonly atOnce: boolean }
  /** Asks for the report of this worker alone. */
  | { readonly kind: 'report'; readonly id: number }
  /** Answers a worker that asked for the metrics of all. */
  | { readonly kind: 'metrics'; readonly id: number; readonly families: readonly Family[] };

/** What a worker tells its supervisor. */
export type ToSupervisor =
  /** It listens for messages; what was sent earlier is lost. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'ready'; readonly url: string; readonly publicUrl: string }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'reported'; readonly id: number; readonly report: MetricsReport }
  /** Asks for the metrics of all workers. */
  | { readonly kind: 'metrics'; readonly id: number };

/** Tells a worker. One that is gone is told nothing: its end is told by itself. */
export function tellWorker(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.process.send?.(message, undefined, undefined, () => undefined);
}

/** Calls back with each message of a worker. */
export function onWorkerMessage(worker: Worker, heard: (message: ToSupervisor) => void): void {
  worker.on('message', heard);
}

/** Tells the supervisor of this process, and waits until it is written. Without one the process is about to end. */
export function tellSupervisor(message: ToSupervisor): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

/** Calls back with each message of the supervisor of this process. */
export function onSupervisorMessage(heard: (message: ToWorker) => void): void {
  process.on('message', heard);
}
