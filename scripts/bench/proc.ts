import { readdirSync, readFileSync } from 'node:fs';

/** Whether CPU time and memory of other processes can be read here. */
export const readsProc = process.platform === 'linux';

/** Clock ticks a second in /proc; Linux gives 100 on every platform that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds that a process has used so far. */
export function cpuSeconds(pid: number): number {
  const { user, system } = readStat(pid);
  return (user + system) / ticksPerSecond;
}

/** CPU seconds that a process and all its children have used so far, those included that have ended. */
export function cpuSecondsOfTree(pid: number): number {
  const { user, system, endedChildren } = readStat(pid);
  let ticks = user + system + endedChildren;
  for (const child of childrenOf(pid)) {
    try {
      const stat = readStat(child);
      ticks += stat.user + stat.system + stat.endedChildren;
    } catch {
      // It ended meanwhile, and is counted with its parent's ended children from now on.
    }
  }
  return ticks / ticksPerSecond;
}

/** Resident memory of a process in MiB. */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? 0) / 1024;
}

function readStat(pid: number) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; the state follows it as field 3 of proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { user: field(14), system: field(15), endedChildren: field(16) + field(17) };
}

function childrenOf(pid: number): number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return listed === '' ? [] : listed.split(' ').map(Number);
  } catch {
    // A kernel without that list: ask every process for its parent.
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((other) => parentOf(other) === pid);
  }
}

function parentOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
