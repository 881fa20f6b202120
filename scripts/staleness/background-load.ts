import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { postRequest } from '../bench/http-request.ts';
import type { Question } from './staged-world.ts';

/** Clients in a process of their own that ask without pause. */
export type BackgroundLoad = {
  /** Ends it. Gives how many answers there were, by status. */
  stop(): Promise<Readonly<Record<string, number>>>;
};

/** What the process of the load is told. */
export type LoadPlan = {
  readonly ports: readonly number[];
  /** Connections to each port. */
  readonly connections: number;
  /** Requests as they go over the wire. */
  readonly requests: readonly string[];
};

/** Starts asking the questions in turn, over so many kept connections to each port. */
export async function startBackgroundLoad(
  ports: readonly number[],
  connections: number,
  questions: readonly (Question & { readonly as: { readonly key: string } })[],
): Promise<BackgroundLoad> {
  const requests = questions.map(({ as, body }) => {
    const shape = { path: '/api/v1/authz/check', headers: { 'X-Plystra-API-Key': as.key } };
    return postRequest(shape, body).toString();
  });
  const child = fork(join(import.meta.dirname, 'load-process.ts'));
  const ended = once(child, 'exit').then(() => {
    throw new Error('The load process ended by itself.');
  });
  ended.catch(() => undefined);
  const told = async (order: LoadPlan | 'stop') => {
    const answer = once(child, 'message');
    child.send(order);
    return (await Promise.race([answer, ended]))[0] as Record<string, number>;
  };
  await told({ ports, connections, requests });
  return {
    async stop() {
      const counts = await told('stop');
      child.kill();
      return counts;
    },
  };
}
