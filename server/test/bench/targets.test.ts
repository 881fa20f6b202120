import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Figures } from '../../../scripts/bench/figures.ts';
import type { Window } from '../../../scripts/bench/load-window.ts';
import { percentile } from '../../../scripts/bench/load-window.ts';
import type { Cell } from '../../../scripts/bench/measure-rounds.ts';
import { median, ratio } from '../../../scripts/bench/statistics.ts';
import { targetsOf } from '../../../scripts/bench/targets.ts';
import type { VariantName } from '../../../scripts/bench/variants.ts';

describe('figures of the benchmark', () => {
  test('ratios are taken within a round, and their median is told', () => {
    assert.deepEqual(ratio([10, 300, 40], [10, 100, 10]), { median: 3, least: 1, most: 4 });
    assert.equal(median([4, 1]), 2.5);
  });

  test('a percentile is a latency that was seen', () => {
    const sorted = Float64Array.from({ length: 200 }, (_, index) => index + 1);
    assert.equal(percentile(sorted, 0.5), 100);
    assert.equal(percentile(sorted, 0.99), 198);
    assert.equal(percentile(sorted, 1), 200);
  });

  test('a target is met or missed by the median, and open where nothing was measured', () => {
    const throughput = (variant: VariantName, rates: number[]): Cell => ({
      variant,
      set: 'wide',
      connections: 16,
      windows: rates.map((perSecond) => windowWith({ perSecond })),
    });
    const found = (mine: number[]) =>
      targetsOf({
        ...noFigures,
        cells: [throughput('plystra', mine), throughput('naive', [100, 100, 100])],
      }).find(({ what }) => what === 'throughput / naive, wide, c=16');
    assert.equal(found([100, 400, 900])?.met, true);
    assert.equal(found([399, 399, 900])?.met, false);
    assert.ok(targetsOf(noFigures).every(({ met }) => met === null));
  });

  test('CPU that could not be read leaves its targets open', () => {
    const cell = (variant: VariantName, serverCpuMs: number | null): Cell => ({
      variant,
      set: 'wide',
      connections: 16,
      windows: [windowWith({ serverCpuMs, databaseCpuMs: 1 })],
    });
    const met = (serverCpuMs: number | null) =>
      targetsOf({ ...noFigures, cells: [cell('plystra', serverCpuMs), cell('naive', 9)] }).find(({ what }) =>
        what.startsWith('CPU of server and PostgreSQL'),
      )?.met;
    assert.equal(met(1), true);
    assert.equal(met(2), false);
    assert.equal(met(null), null);
  });
});

function windowWith(some: Partial<Window>): Window {
  return {
    requests: 1,
    perSecond: 1,
    p50: 1,
    p95: 1,
    p99: 1,
    serverCpuMs: 1,
    databaseCpuMs: 1,
    residentMb: 1,
    answered: 1,
    ...some,
  };
}

const noFigures: Figures = {
  day: '2026-01-01',
  version: '0.0.0',
  quick: false,
  rounds: 3,
  windowMs: 1000,
  warmUpMs: 100,
  machine: {
    cpu: '',
    cores: 1,
    memoryGib: 1,
    platform: '',
    node: '',
    fdatasyncMs: 1,
    loadBefore: 0,
    postgres: {},
  },
  world: {},
  questionsHeld: 0,
  variants: [],
  cells: [],
  batch: null,
  validators: null,
  engineMs: null,
  starts: null,
};
