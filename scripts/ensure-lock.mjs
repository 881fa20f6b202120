import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'ensure.lock.';

/** Numbers of processes are used again: a lock of this age is nobody's, whatever now runs under its number. */
const LONGEST_MS = 15 * 60 * 1000;

/**
 * Waits until this process is the only one to install. Gives `release`, which lets the next one in, and `share`,
 * which makes the lock last as long as another process too (npm goes on when only we are killed). A lock left by
 * dead processes is overtaken. `onWait` is told the number of the process that is waited for, once.
 *
 * The highest number is the lock; it is emptied on release, never removed, and overtaking one means to create the
 * next number, which `link` grants to exactly one process.
 */
export async function takeLock(folder, onWait) {
  mkdirSync(folder, { recursive: true });
  for (let told = false; ; ) {
    const numbers = lockNumbers(folder);
    const top = numbers.at(-1) ?? 0;
    const holder = top === 0 ? undefined : liveHolder(join(folder, PREFIX + top));
    if (holder !== undefined) {
      if (!told) onWait(holder);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 250));
      continue;
    }
    const mine = join(folder, PREFIX + (top + 1));
    if (!create(folder, mine)) continue;
    if (lockNumbers(folder).at(-1) !== top + 1) {
      rmSync(mine, { force: true });
      continue;
    }
    for (const older of numbers) rmSync(join(folder, PREFIX + older), { force: true });
    return {
      share: (pid) => writeFileSync(mine, `${process.pid} ${pid}`),
      release: () => writeFileSync(mine, ''),
    };
  }
}

function create(folder, path) {
  const draft = join(folder, `ensure.draft.${process.pid}`);
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function lockNumbers(folder) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => Number(name.slice(PREFIX.length)))
    .filter((number) => Number.isSafeInteger(number) && number > 0)
    .sort((a, b) => a - b);
}

function liveHolder(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > LONGEST_MS) return undefined;
    const pids = readFileSync(path, 'utf8').split(' ').map(Number);
    return pids.find((pid) => Number.isSafeInteger(pid) && pid > 0 && isAlive(pid));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
