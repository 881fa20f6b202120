import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compareVersions, isInRange } from '../../src/core/plugins/version-range.ts';

it('accepts a version when all comparators hold', () => {
  assert.ok(isInRange('0.0.1', '>=0.0.1 <0.1.0'));
  assert.ok(isInRange('0.0.99', '>=0.0.1 <0.1.0'));
  assert.ok(!isInRange('0.1.0', '>=0.0.1 <0.1.0'));
  assert.ok(!isInRange('0.0.0', '>=0.0.1 <0.1.0'));
  assert.ok(isInRange('1.2.3', '<=1.2.3 >1.2.2 =1.2.3'));
  assert.ok(!isInRange('1.2.3', '>1.2.3'));
});

it('takes a bare version for that one alone', () => {
  assert.ok(isInRange('1.2.3', '1.2.3'));
  assert.ok(!isInRange('1.2.4', '1.2.3'));
});

it('does not compare tails', () => {
  assert.ok(isInRange('1.2.3-rc.1', '>=1.2.3'));
  assert.ok(isInRange('1.2.3', '=1.2.3-beta'));
});

it('compares numbers as numbers, of any length', () => {
  assert.ok(compareVersions('0.10.0', '0.9.0') > 0);
  assert.equal(compareVersions('01.0.0', '1.00.0'), 0);
  assert.ok(compareVersions('9007199254740993.0.0', '9007199254740992.0.0') > 0);
});
