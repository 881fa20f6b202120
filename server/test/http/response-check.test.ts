import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { validators } from '../../src/contract/generated/core/validators/index.ts';
import type { AnyReply } from '../../src/contract/handlers.ts';
import { refuse } from '../../src/contract/refusal.ts';
import { type Answer, assertRefused, send } from '../harness/server-http.ts';
import { startStubApp } from './stub-app.ts';

const good = { status: 'ok' };
const broken: Readonly<Record<string, unknown>> = {
  'with a field too many': { status: 'ok', extra: 1 },
  'without a field': {},
  'with a field of another type': { status: 1 },
  'that is null': null,
  'that is not there': undefined,
};
for (const [name, data] of Object.entries(broken)) {
  test(`an answer ${name} is a fault of the server where all answers are checked`, async () => {
    const answer = await health({ status: 200, data }, 'always');
    assertRefused(answer, 'INTERNAL_ERROR');
    assert.equal(answer.body.error.details, null);
  });
}

test('an answer that keeps the contract goes out', async () => {
  const answer = await health({ status: 200, data: good }, 'always');
  assert.deepEqual(answer.body.data, good);
});

test('a status that the contract does not declare is a fault of the server', async () => {
  assertRefused(await health({ status: 202, data: good }, 'always'), 'INTERNAL_ERROR');
});

test('a refusal that the contract does not declare is a fault of the server, in every mode', async () => {
  for (const mode of ['always', 'sampled', 'off'] as const) {
    assertRefused(await health(refuse('GROUP_NOT_FOUND'), mode), 'INTERNAL_ERROR');
  }
});

test('a refusal that the contract declares is that refusal', async () => {
  const notReady = refuse('NOT_READY', { retry_after_seconds: 1 });
  assertRefused(await health(notReady, 'always'), 'NOT_READY');
});

test('where answers are sampled one in a hundred is checked, reported, and goes out', async () => {
  const reported: string[] = [];
  const app = await startStubApp({
    handlers: { getHealth: async () => ({ status: 200, data: { status: 'ok', secret: 'hidden' } }) },
    validators,
    responseCheck: { mode: 'sampled', report: (breach) => reported.push(breach) },
  });
  after(() => app.stop());
  for (let sent = 0; sent < 200; sent += 1) {
    assert.equal((await send(app.url, 'GET', '/api/v1/health')).status, 200);
  }
  assert.equal(reported.length, 2);
  assert.match(reported[0] ?? '', /breaks its contract/);
  assert.doesNotMatch(reported.join(), /hidden/);
});

async function health(reply: AnyReply, mode: 'always' | 'sampled' | 'off'): Promise<Answer<unknown>> {
  const app = await startStubApp({
    handlers: { getHealth: async () => reply },
    validators,
    responseCheck: { mode, report: () => undefined },
  });
  try {
    return await send(app.url, 'GET', '/api/v1/health');
  } finally {
    await app.stop();
  }
}
