import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressLimit } from '../../src/contract/address-limit.ts';
import { ApiError } from '../../src/contract/api-error.ts';

const refused = (seconds: number) => (error: unknown) =>
  error instanceof ApiError && error.code === 'RATE_LIMITED' && error.retryAfter === seconds;

test('an address gets its share of a minute and is told when the next begins', () => {
  const limit = new AddressLimit(3);
  for (let call = 0; call < 3; call += 1) limit.admit('192.0.2.1/32', 1000);
  assert.throws(() => limit.admit('192.0.2.1/32', 11_000), refused(50));
  limit.admit('192.0.2.1/32', 61_000);
});

test('one address does not use up the share of another', () => {
  const limit = new AddressLimit(1);
  limit.admit('192.0.2.1/32', 0);
  limit.admit('192.0.2.2/32', 0);
  assert.throws(() => limit.admit('192.0.2.2/32', 0), refused(60));
});

test('inventing addresses ends in a count that they share', () => {
  const limit = new AddressLimit(2);
  for (let address = 0; address < 100_000; address += 1) limit.admit(`a${address}`, 0);
  limit.admit('new1', 0);
  limit.admit('new2', 0);
  assert.throws(() => limit.admit('new3', 0), refused(60));
});
