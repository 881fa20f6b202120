import { notInTime } from '../../contract/api-error.ts';

/** More than this many mutations do not wait for one scope. */
const mostWaiting = 200;

type Line = { tail: Promise<void>; waiting: number };

const lines = new Map<string, Line>();

/**
 * Lets the mutations of a scope through one after the other, in the order in which they came. The database would keep
 * them apart as well, but each of them would hold a connection while it waits, and one busy Space could take them
 * all. `scopes` are taken in one order, so that two callers never wait for each other.
 *
 * @throws ApiError NOT_READY when too many wait for one of the scopes already
 */
export async function inTurn<T>(scopes: readonly string[], work: () => Promise<T>): Promise<T> {
  const leave: (() => void)[] = [];
  try {
    for (const scope of [...new Set(scopes)].sort()) leave.push(await enter(scope));
    return await work();
  } finally {
    for (const done of leave) done();
  }
}

async function enter(scope: string): Promise<() => void> {
  const line = lines.get(scope) ?? { tail: Promise.resolve(), waiting: 0 };
  if (line.waiting >= mostWaiting) throw notInTime();
  lines.set(scope, line);
  const before = line.tail;
  const { promise, resolve } = Promise.withResolvers<void>();
  line.tail = promise;
  line.waiting += 1;
  await before;
  return () => {
    line.waiting -= 1;
    if (line.waiting === 0) lines.delete(scope);
    resolve();
  };
}
