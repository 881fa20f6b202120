import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../platform/logging/index.ts';
import { onWorkerMessage, type ToSupervisor, tellWorker, type WorkerOrders } from './messages.ts';
import { restartDelay } from './restart-delay.ts';

/** Where a worker that is ready is reached. */
export type Reached = Pick<Extract<ToSupervisor, { kind: 'ready' }>, 'url' | 'publicUrl'>;

/** What a place of a worker is given. */
export type PlaceOptions = {
  /** 1 for the first. It stays when a worker is replaced. */
  readonly number: number;
  readonly orders: WorkerOrders;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Called with the messages of the worker that are not about its own life. */
  readonly heard: (worker: Worker, message: ToSupervisor) => void;
  /** Called when the worker has ended. */
  readonly ended: (number: number) => void;
};

/** One worker, and the next one when it ends. */
export class WorkerPlace {
  readonly number: number;
  /** Settles when the first worker serves; rejects when it ends before, with what it said of it. */
  readonly reached: Promise<Reached>;
  readonly #options: PlaceOptions;
  readonly #first = Promise.withResolvers<Reached>();
  #worker: Worker | null = null;
  #ended: Promise<void> = Promise.resolve();
  #stopping: { readonly atOnce: boolean } | null = null;
  #served = false;
  #inOrder = true;
  #shortLives = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: PlaceOptions) {
    this.number = options.number;
    this.reached = this.#first.promise;
    this.reached.catch(() => undefined);
    this.#options = options;
    this.#begin();
  }

  /** The worker that lives now. */
  get worker(): Worker | null {
    return this.#worker;
  }

  /** Lets the worker end in order, and no other take its place. What lives after the deadline is killed. */
  async stop(atOnce: boolean, deadlineMs: number): Promise<{ readonly inOrder: boolean }> {
    this.#stopping = { atOnce };
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === null) return { inOrder: true };
    tellWorker(worker, { kind: 'stop', atOnce });
    const deadline = setTimeout(() => worker.process.kill('SIGKILL'), deadlineMs);
    await this.#ended;
    clearTimeout(deadline);
    return { inOrder: this.#inOrder };
  }

  #begin(): void {
    const { number, log } = this.#options;
    const begun = performance.now();
    let worker: Worker;
    try {
      worker = cluster.fork();
    } catch (error) {
      this.#after({ ...notBegun, why: String(error), livedMs: 0 });
      return;
    }
    const { pid } = worker.process;
    let why: string | undefined;
    const gone = Promise.withResolvers<void>();
    this.#worker = worker;
    this.#ended = gone.promise;
    const end = ({ code, signal }: Pick<End, 'code' | 'signal'>): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#options.ended(number);
      this.#after({ pid, code, signal, why, livedMs: performance.now() - begun });
      gone.resolve();
    };
    worker.on('error', (error) => {
      // The end of a worker is told by 'exit', and a message that does not reach it any more is no fault. But one that
      // the system has no room for never begins, so it never exits either.
      if (pid !== undefined) return;
      why = String(error);
      end(notBegun);
    });
    onWorkerMessage(worker, (message) => {
      if (message.kind === 'hello') this.#order(worker);
      else if (message.kind === 'failed') why = message.why;
      else if (message.kind === 'ready') {
        log.info({ worker: number, worker_pid: pid }, 'A worker is ready.');
        this.#served = true;
        this.#first.resolve(message);
      } else this.#options.heard(worker, message);
    });
    worker.once('exit', (code: number | null, signal: string | null) => end({ code, signal }));
  }

  #order(worker: Worker): void {
    if (this.#stopping !== null) tellWorker(worker, { kind: 'stop', atOnce: this.#stopping.atOnce });
    else tellWorker(worker, { kind: 'serve', orders: this.#options.orders });
  }

  /** What the end of a worker leads to: the end of the place, of the start, or another worker. */
  #after({ pid, code, signal, why, livedMs }: End): void {
    const { number, log } = this.#options;
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    if (this.#stopping !== null) {
      this.#inOrder = code === 0;
      if (code !== 0)
        log.warn({ worker: number, worker_pid: pid, code, signal }, 'A worker did not end in order.');
      return;
    }
    if (!this.#served) {
      this.#first.reject(new Error(why ?? `Worker ${number} ended ${how} before it was ready.`));
      return;
    }
    const { delayMs, shortLives } = restartDelay(livedMs, this.#shortLives);
    this.#shortLives = shortLives;
    const told = { worker: number, worker_pid: pid, code, signal, replaced_in_ms: delayMs };
    if (code === 0) log.info(told, 'A worker ended in order. Another takes its place.');
    else
      log.error(
        { ...told, ...(why === undefined ? {} : { why }) },
        'A worker ended. Another takes its place.',
      );
    this.#restart = setTimeout(() => this.#begin(), delayMs);
  }
}

const notBegun = { pid: undefined, code: null, signal: null };

type End = {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly signal: string | null;
  readonly why: string | undefined;
  readonly livedMs: number;
};
