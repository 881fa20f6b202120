import { randomUUID } from 'node:crypto';
import { chmodSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isSameProcessAlive, type ProcessIdentity } from './processes.ts';

/** The lock that is held while a start is under way. */
export type StartLock = { release(): void };

/** What `acquireStartLock` gives: the lock, or the number of the live process that has it. */
export type StartLockResult = { readonly lock: StartLock } | { readonly heldBy: number };

const PREFIX = 'start.lock.';

/**
 * Takes the exclusive right to start a database in this folder, or names the live process that has it. A lock
 * left by a dead process is overtaken.
 *
 * The lock is a row of numbered files; the highest number is the lock, and it is never removed, only emptied on
 * release. To overtake a dead or released one means to create the next number, which the file system grants to
 * exactly one (`link` fails on an existing name). So there is no moment at which two processes can both believe
 * to have cleared the same stale lock.
 */
export function acquireStartLock(folder: string): StartLockResult {
  for (;;) {
    const numbers = lockNumbers(folder);
    const top = numbers.at(-1) ?? 0;
    const holder = top === 0 ? undefined : readHolder(join(folder, `${PREFIX}${top}`));
    if (holder !== undefined && isSameProcessAlive(holder)) return { heldBy: holder.pid };

    const mine = join(folder, `${PREFIX}${top + 1}`);
    if (!createComplete(folder, mine)) continue;
    // Somebody with a newer view may have gone further and swept the number that we were given.
    if (lockNumbers(folder).at(-1) !== top + 1) {
      rmSync(mine, { force: true });
      continue;
    }
    for (const older of numbers) rmSync(join(folder, `${PREFIX}${older}`), { force: true });
    return { lock: { release: () => writeFileSync(mine, '') } };
  }
}

/** Creates the file with its content in one step, so that no reader sees it half written. */
function createComplete(folder: string, path: string): boolean {
  const draft = join(folder, `start.draft.${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(identify()));
  // Readable whatever the umask: a lock that cannot be read would look like one that was released.
  chmodSync(draft, 0o644);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function lockNumbers(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => Number(name.slice(PREFIX.length)))
    .filter((number) => Number.isSafeInteger(number) && number > 0)
    .sort((a, b) => a - b);
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, started } = value as Record<string, unknown>;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    // Emptied on release, or swept by a process that has overtaken it: nobody holds this number.
    return undefined;
  }
}
