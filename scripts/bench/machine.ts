import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/** The machine that figures come from. */
export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly platform: string;
  readonly node: string;
  /** Milliseconds to write 8 kB and have it on disk, the median of many. */
  readonly fdatasyncMs: number;
  /** Processes that wanted to run, on average over the minute before the run: what else was going on. */
  readonly loadBefore: number;
  /** Version and settings of PostgreSQL. */
  readonly postgres: Readonly<Record<string, string>>;
};

/** Describes this machine, and takes the time of its disk. */
export function describeMachine(postgres: Readonly<Record<string, string>>, loadBefore: number): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    fdatasyncMs: fdatasyncMs(),
    loadBefore,
    postgres,
  };
}

/** Processes that wanted to run, on average over the last minute. */
export function loadOfLastMinute(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

function fdatasyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'plystra-bench-disk-'));
  const file = openSync(join(folder, 'file'), 'w');
  const page = Buffer.alloc(8192, 1);
  try {
    const times = Array.from({ length: 101 }, () => {
      const started = performance.now();
      writeSync(file, page, 0, page.length, 0);
      fdatasyncSync(file);
      return performance.now() - started;
    });
    return Math.round((times.sort((a, b) => a - b)[50] ?? 0) * 1000) / 1000;
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
