import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The name that all processes of the server on this cluster carry in their titles (PostgreSQL's `cluster_name`),
 * so that they can be told from those of other servers by anybody who may list processes.
 */
export function clusterName(cluster: string): string {
  return `plystra_${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`;
}

/**
 * Ends the processes that a killed server left on this cluster. They hold its shared memory, and one that is
 * busy notices only after its statement that its parent is gone. Does nothing where the system does not show
 * them (outside Linux); they then end by themselves.
 */
export function endOrphans(cluster: string): void {
  if (process.platform !== 'linux') return;
  const title = `postgres: ${clusterName(cluster)}: `;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(title)) continue;
      if (parentIsPostgres(name)) continue;
      process.kill(Number(name), 'SIGQUIT');
    } catch {
      // It has ended in the meantime, or is not ours to end.
    }
  }
}

/** The parent of every process of a live server is the server's main process; an orphan has been given another. */
function parentIsPostgres(pid: string): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return readFileSync(`/proc/${parent}/comm`, 'utf8').trim() === 'postgres';
}
