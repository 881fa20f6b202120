import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureStorms } from '../../../scripts/storm/measure-storms.ts';
import { stormComplaints } from '../../../scripts/storm/storm-report.ts';

test('while a graph changes without pause answers are right, and nobody goes without', async () => {
  const figures = await measureStorms({ rounds: 1, windowMs: 500, answers: 16 }, () => undefined);
  assert.deepEqual(stormComplaints(figures), []);
  assert.ok(
    figures.rounds.flat().every(({ storm, writesPerSecond }) => storm === 'no writes' || writesPerSecond > 0),
  );
});
