import type { Worker } from 'node:cluster';
import {
  type Family,
  labelled,
  type MetricsReport,
  processMetrics,
  sumOf,
} from '../platform/metrics/index.ts';
import { onWorkerMessage, type ToSupervisor, tellWorker } from './messages.ts';

/** A worker that has not reported by then counts with what it reported last. */
const answerWithinMs = 1_000;

/** A worker in its place. */
type Placed = { readonly number: number; readonly worker: Worker | null };

/**
 * The metrics of all workers as one. What they count of their work is added up, with what workers that have ended had
 * reported before: a counter never falls because a worker was replaced. What a process uses stands under its label
 * `worker`: the number of its place, or `supervisor`.
 */
export class GatheredMetrics {
  readonly #last = new Map<number, MetricsReport>();
  #ofEnded: readonly Family[] = [];
  #asks = 0;
  #underWay: Promise<Family[]> | null = null;

  /** Asks all workers, and gives what they report. Who asks while it is under way gets the same. */
  gather(places: readonly Placed[]): Promise<Family[]> {
    this.#underWay ??= Promise.all(places.map((place) => this.#ask(place))).then(() => {
      this.#underWay = null;
      return this.sum();
    });
    return this.#underWay;
  }

  /** What is known now. */
  sum(): Family[] {
    const reports = [...this.#last].toSorted(([a], [b]) => a - b);
    return sumOf([
      this.#ofEnded,
      ...reports.map(([, { work }]) => work),
      ...reports.map(([number, { own }]) => labelled(own, 'worker', String(number))),
      labelled(processMetrics(), 'worker', 'supervisor'),
    ]);
  }

  /** Keeps a report of the worker in a place. */
  keep(number: number, report: MetricsReport): void {
    this.#last.set(number, report);
  }

  /** The worker in a place has ended: the next one there begins to count at zero. */
  ended(number: number): void {
    const report = this.#last.get(number);
    if (report === undefined) return;
    this.#ofEnded = sumOf([this.#ofEnded, report.work]);
    this.#last.delete(number);
  }

  #ask({ number, worker }: Placed): Promise<void> {
    if (worker === null) return Promise.resolve();
    this.#asks += 1;
    const id = this.#asks;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(late);
        worker.off('message', heard);
        worker.off('exit', done);
        resolve();
      };
      const heard = (message: ToSupervisor) => {
        if (message.kind !== 'reported' || message.id !== id) return;
        // What comes after its end would be counted twice.
        if (!worker.isDead()) this.keep(number, message.report);
        done();
      };
      const late = setTimeout(done, answerWithinMs);
      onWorkerMessage(worker, heard);
      worker.once('exit', done);
      tellWorker(worker, { kind: 'report', id });
    });
  }
}
