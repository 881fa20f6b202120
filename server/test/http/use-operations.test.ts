import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Router } from '@koa/router';
import Koa from 'koa';
import { useOperations } from '../../src/contract/use-operations.ts';

const nothing = async () => undefined;
const routers: Readonly<Record<string, () => Router>> = {
  'middleware of its own': () => new Router().use(nothing).get('/a', nothing) as Router,
  'two functions at a path': () => new Router().get('/a', nothing, nothing) as Router,
};

for (const [what, router] of Object.entries(routers)) {
  test(`a router with ${what} is refused at the start, since a literal path would go past it`, () => {
    assert.throws(() => useOperations(new Koa(), {}, [router()]), /has more than the operation/);
  });
}

test('a router of operations is taken', () => {
  const router = new Router().get('/a', nothing).get('/a/:id', nothing) as Router;
  assert.doesNotThrow(() => useOperations(new Koa(), {}, [router]));
});
