import type { Family } from './metric-text.ts';

/** What the process uses: processor, memory and the time that its event loop was busy. */
export function processMetrics(): Family[] {
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  return [
    one('counter', 'process_cpu_seconds_total', 'Processor time used.', (user + system) / 1e6),
    one('gauge', 'process_resident_memory_bytes', 'Resident memory.', memory.rss),
    one(
      'gauge',
      'process_start_time_seconds',
      'Start of the process, seconds since 1970.',
      performance.timeOrigin / 1000,
    ),
    one('gauge', 'nodejs_heap_size_total_bytes', 'Size of the heap.', memory.heapTotal),
    one('gauge', 'nodejs_heap_size_used_bytes', 'Used part of the heap.', memory.heapUsed),
    one(
      'counter',
      'nodejs_eventloop_active_seconds_total',
      'Time that the event loop was not waiting.',
      performance.eventLoopUtilization().active / 1000,
    ),
  ];
}

/** A gauge of the connections to the database: those at work, those at rest, and the requests that wait for one. */
export function poolMetrics(pool: {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}): Family[] {
  const name = 'database_pool_connections';
  const samples = [
    { name, labels: { state: 'busy' }, value: pool.totalCount - pool.idleCount },
    { name, labels: { state: 'idle' }, value: pool.idleCount },
  ];
  return [
    { name, help: 'Connections to the database.', type: 'gauge', samples },
    one('gauge', 'database_pool_waiting', 'Requests that wait for a connection.', pool.waitingCount),
  ];
}

function one(type: Family['type'], name: string, help: string, value: number): Family {
  return { name, help, type, samples: [{ name, labels: {}, value }] };
}
