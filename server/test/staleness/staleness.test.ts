import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints } from '../../../scripts/staleness/report.ts';
import { control, type Setting, settings, trySetting } from '../../../scripts/staleness/settings.ts';

const two = settings.find(({ name }) => name === 'two processes') as Setting;
const trial = (answers: number) => ({ answers, only: '', done: () => undefined });

test('what was changed on one process is seen by the next answer of each, whatever was changed', async () => {
  const result = await trySetting(two, trial(16));
  assert.ok(result.tried.length >= 25);
  assert.deepEqual(complaints([result]), []);
});

test('without the fence some answers are stale, so the trial above would see them', async () => {
  const { tried } = await trySetting(control, trial(8));
  assert.ok(tried.some(({ stale }) => stale > 0));
});
