import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metrics } from '../../src/core/system/metrics.ts';
import { type Family, processMetrics } from '../../src/platform/metrics/index.ts';
import { GatheredMetrics } from '../../src/workers/gathered-metrics.ts';
import { restartDelay } from '../../src/workers/restart-delay.ts';

describe('the pause before a worker is replaced', () => {
  test('doubles with each short life, up to 30 seconds', () => {
    const delays: number[] = [];
    for (let shortLives = 0; shortLives < 11; ) {
      const next = restartDelay(5, shortLives);
      delays.push(next.delayMs);
      shortLives = next.shortLives;
    }
    assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  test('is short again after a long life', () => {
    assert.deepEqual(restartDelay(60_000, 9), { delayMs: 100, shortLives: 0 });
  });
});

describe('the metrics of workers', () => {
  const reportOf = (rows: number) => {
    const metrics = new Metrics();
    metrics.observeAuditRows(rows);
    return { work: metrics.families(), own: processMetrics() };
  };
  const rowsIn = (families: readonly Family[]) =>
    families.find(({ name }) => name === 'audit_logs_written_total')?.samples.map(({ value }) => value);

  test('never fall when a worker is replaced, and again', () => {
    const gathered = new GatheredMetrics();
    gathered.keep(1, reportOf(10));
    gathered.keep(2, reportOf(5));
    gathered.ended(1);
    assert.deepEqual(rowsIn(gathered.sum()), [15]);
    gathered.keep(1, reportOf(2));
    assert.deepEqual(rowsIn(gathered.sum()), [17]);
    gathered.ended(1);
    gathered.keep(1, reportOf(1));
    assert.deepEqual(rowsIn(gathered.sum()), [18]);
  });

  test('of one that ended count once, and what it used is gone', () => {
    const gathered = new GatheredMetrics();
    gathered.keep(1, reportOf(10));
    gathered.ended(1);
    gathered.ended(1);
    const families = gathered.sum();
    assert.deepEqual(rowsIn(families), [10]);
    const memory = families.find(({ name }) => name === 'process_resident_memory_bytes');
    assert.deepEqual(
      memory?.samples.map(({ labels }) => labels),
      [{ worker: 'supervisor' }],
    );
  });
});
