import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Answer } from '../harness/server-http.ts';
import { fingerprint } from './fingerprint.ts';
import type { MutationCase, OperationId } from './mutation-case.ts';
import { mutatingOperations, mutationCases, operationOf, perform } from './mutation-cases.ts';
import { type MutationWorld, openMutationWorld } from './mutation-world.ts';

/** Requests of this client fail between their last write and their commit. */
const UNLUCKY = 'unlucky-client';
const MESSAGE = 'the disk of table secrets_of_the_operator is on fire';

let world: MutationWorld;
before(async () => {
  world = await openMutationWorld();
  await world.sql(`
    create function test_fail_at_commit() returns trigger language plpgsql as $$
      begin raise exception '${MESSAGE}' using errcode = 'XX001', detail = 'select * from users'; end $$;
    create constraint trigger test_audit_fault after insert on audit_logs deferrable initially deferred
      for each row when (new.user_agent = '${UNLUCKY}' and new.trace ->> 'kind' = 'mutation')
      execute function test_fail_at_commit();
    create constraint trigger test_rotation_fault after insert on session_refresh_tokens
      deferrable initially deferred for each row when (new.generation >= 1000)
      execute function test_fail_at_commit()`);
});
after(() => world.stop());

for (const id of mutatingOperations) {
  describe(`${id}, when its transaction fails at the commit`, () => {
    for (const [at, mutation] of (mutationCases[id] ?? []).entries()) {
      if (mutation.rows?.length === 0) continue;
      test(`leaves no trace: ${mutation.about ?? `case ${at + 1}`}`, () => leavesNothing(id, mutation));
    }
  });
}

async function leavesNothing(id: OperationId, mutation: MutationCase): Promise<void> {
  const call = await mutation.prepare(world);
  const before = await fingerprint(world);
  assertFault(await perform(world, id, call, UNLUCKY));
  assert.deepEqual(await fingerprint(world), before);
  // The very same request is carried out when nothing fails: it would have changed something.
  const answer = await perform(world, id, call);
  const { success } = operationOf(id);
  if (mutation.status !== undefined) assert.equal(answer.status, mutation.status, answer.text);
  else
    assert.ok(
      success.some(({ status }) => status === answer.status),
      answer.text,
    );
  assert.notDeepEqual(await fingerprint(world), before);
  await mutation.refused(call, world);
}

test('refreshSession, when the exchange itself fails at the commit, leaves the token to be exchanged', async () => {
  const { refreshToken, sessionId } = await world.loggedIn();
  await world.sql('update sessions set generation = 1000 where id = $1', [sessionId]);
  const before = await fingerprint(world);
  const refresh = () => world.api('POST', '/api/v1/auth/refresh', { body: { refresh_token: refreshToken } });
  assertFault(await refresh());
  assert.deepEqual(await fingerprint(world), before);
  await world.sql('update sessions set generation = 1 where id = $1', [sessionId]);
  assert.equal((await refresh()).status, 200);
});

test('an Idempotency-Key is not used up by a request that failed at the commit', async () => {
  const call = { body: { id: 'member_once', display_name: 'Once' }, headers: { 'Idempotency-Key': 'once' } };
  assertFault(await perform(world, 'createMember', call, UNLUCKY));
  const answer = await perform(world, 'createMember', call);
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.headers['idempotency-replayed'], undefined);
});

/** The caller learns that it went wrong, and nothing of what the database said. */
function assertFault(answer: Answer): void {
  assert.ok(answer.status === 500 || answer.status === 503, `${answer.status} ${answer.text}`);
  assert.doesNotMatch(
    answer.text,
    /on fire|secrets_of|select|trigger|XX001|audit_logs|constraint|\bat .*\.ts/,
  );
  assert.equal(answer.body.error.details ?? null, null, answer.text);
}
