import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RequestShape } from './http-request.ts';
import type { LoadOrder, LoadReport } from './load-process.ts';
import type { Window, WindowPlan } from './load-window.ts';

/** The process that sends the requests. */
export type Load = {
  /** Gives it bodies that windows name later. */
  keep(name: string, bodies: readonly unknown[]): Promise<void>;
  /** Runs one window. Throws when a request fails. */
  window(bodies: string, shape: RequestShape, plan: WindowPlan): Promise<Window>;
  stop(): void;
};

/** Starts a load process. It takes one order at a time. */
export function startLoad(): Load {
  const child = fork(join(import.meta.dirname, 'load-process.ts'));
  const end = once(child, 'exit').then(() => {
    throw new Error('The load process ended.');
  });
  end.catch(() => undefined);
  const order = async (what: LoadOrder): Promise<LoadReport> => {
    const answer = once(child, 'message');
    child.send(what);
    return ((await Promise.race([answer, end])) as [LoadReport])[0];
  };
  return {
    async keep(name, bodies) {
      await order({ kind: 'bodies', name, bodies });
    },
    async window(bodies, shape, plan) {
      const report = await order({ kind: 'window', bodies, shape, plan });
      if ('window' in report) return report.window;
      throw new Error('error' in report ? report.error : 'The load process answered something else.');
    },
    stop: () => child.kill(),
  };
}
