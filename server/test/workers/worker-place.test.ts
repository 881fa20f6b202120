import assert from 'node:assert/strict';
import cluster, { type Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { afterEach, mock, test } from 'node:test';
import { WorkerPlace } from '../../src/workers/worker-place.ts';

afterEach(() => {
  mock.restoreAll();
  told.length = 0;
});

/** A worker that the system has begun, or that it had no room for. */
function workerWith(pid: number | undefined): Worker {
  return Object.assign(new EventEmitter(), {
    process: { pid },
    isConnected: () => false,
  }) as unknown as Worker;
}

const told: string[] = [];
const tell = (_fields: unknown, message: string) => told.push(message);
const options = {
  number: 1,
  orders: { port: 0, url: '', secrets: null },
  log: { info: tell, warn: tell, error: tell } as never,
  heard: () => undefined,
  ended: () => undefined,
};

for (const [how, fails] of [
  ['is told so', () => workerWith(undefined)],
  [
    'throws',
    () => {
      throw new Error('spawn E2BIG');
    },
  ],
] as const) {
  test(`where the start of another worker ${how}, it is tried again until one begins`, async () => {
    const first = workerWith(101);
    const begun = Promise.withResolvers<void>();
    const forked = [
      () => first,
      fails,
      () => {
        begun.resolve();
        return workerWith(102);
      },
    ];
    mock.method(cluster, 'fork', () => {
      const worker = (forked.shift() as () => Worker)();
      if (worker.process.pid === undefined)
        setImmediate(() => worker.emit('error', new Error('spawn EAGAIN')));
      return worker;
    });
    const place = new WorkerPlace(options);
    first.emit('message', { kind: 'ready', url: 'http://127.0.0.1:1', publicUrl: 'http://127.0.0.1:1' });
    await place.reached;
    first.emit('exit', 1, null);
    await begun.promise;
    assert.equal(place.worker?.process.pid, 102);
    assert.equal(told.filter((message) => message.includes('Another takes its place')).length, 2);
  });
}

test('a worker that cannot begin at the start ends the start, with the reason', async () => {
  mock.method(cluster, 'fork', () => {
    throw new Error('spawn E2BIG');
  });
  await assert.rejects(new WorkerPlace(options).reached, /spawn E2BIG/);
});
