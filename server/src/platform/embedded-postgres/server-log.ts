import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const ROTATE_BYTES = 5 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;
const TAIL_LINES = 12;

/** The size of PostgreSQL's log in bytes, 0 when there is none; the place from which the next start writes. */
export function logSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Puts a log that has grown beyond 5 MiB aside as `<path>.1`, replacing the one put aside before. */
export function rotateLog(path: string): void {
  if (logSize(path) > ROTATE_BYTES) renameSync(path, `${path}.1`);
}

/** What was written from this byte on, at most the last 16 KiB of it. */
export function readLogFrom(path: string, offset: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(file).size;
    const from = Math.max(offset, size - TAIL_BYTES, 0);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    readSync(file, bytes, 0, bytes.length, from);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** The last lines of a text, without empty ones. */
export function lastLines(text: string, count: number = TAIL_LINES): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}
