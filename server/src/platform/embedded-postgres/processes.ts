import { readFileSync, readlinkSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export type ProcessIdentity = {
  readonly pid: number;
  /** Boot id and start tick on Linux; empty where the system does not tell. */
  readonly started: string;
};

/** Whether a process with this number runs. Zombies count as gone: they hold nothing, and may never be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const state = statFields(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

/** Whether the process has ended and its parent has not taken note, which may never happen: its number still answers. */
export function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === 'Z';
}

/** The identity of a process, by default of this one. */
export function identify(pid: number = process.pid): ProcessIdentity {
  const ticks = statFields(pid)?.[19];
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim();
  return { pid, started: ticks && boot ? `${boot}:${ticks}` : '' };
}

/** Whether exactly this process still runs; a reused number does not count where the start time is known. */
export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  if (!isAlive(identity.pid)) return false;
  const now = identify(identity.pid).started;
  return now === '' || identity.started === '' || now === identity.started;
}

/**
 * Whether a live process may be a PostgreSQL process working in this folder. Only a certain "no" is false: what
 * the system does not show counts as yes, so that a live server is never mistaken for a leftover.
 */
export function mayBePostgresIn(pid: number, cluster: string): boolean {
  const name = readText(`/proc/${pid}/comm`)?.trim();
  if (name !== undefined && name !== 'postgres') return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster;
  } catch {
    return true;
  }
}

/** Waits until the process is gone, looking every 20 ms; false when it outlives the time given in milliseconds. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await pause(20);
  }
  return true;
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The fields of /proc/PID/stat from the third (state) on: the second holds a name that may contain anything. */
function statFields(pid: number): readonly string[] | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
