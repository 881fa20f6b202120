import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import type { Answer } from '../harness/server-http.ts';
import { assertRefused } from '../harness/server-http.ts';
import type { Call, ExpectedActor, MutationCase, OperationId } from './mutation-case.ts';
import { mutatingOperations, mutationCases, operationOf, perform } from './mutation-cases.ts';
import { type MutationWorld, openMutationWorld, secretsIn } from './mutation-world.ts';

let world: MutationWorld;
before(async () => {
  world = await openMutationWorld();
});
after(() => world.stop());

type Row = {
  readonly action: string;
  readonly decision: string;
  readonly resource_id: string | null;
  readonly actor_user_id: string | null;
  readonly actor_member_id: string | null;
  readonly actor_user_member_id: string | null;
  readonly actor_api_key_id: string | null;
  readonly trace: { readonly before: unknown; readonly after: unknown; readonly [part: string]: unknown };
};

const rowsOf = (requestId: string) =>
  world.sql<Row>(
    `select * from audit_logs where request_id = $1 and trace ->> 'kind' = 'mutation' order by created_at, id`,
    [requestId],
  );

const rootActor: ExpectedActor = { userId: 'user_1', memberId: 'member_1', userMemberId: 'binding_1' };

/** Actions of objects that were not there before, or of which nothing is told. */
const withoutBefore =
  /\.(created|installed|registered|login|login_failed|password_changed)$|^template\.install$/;

function assertRow(row: Row, requestId: string, actor: ExpectedActor): void {
  const { before: old, after: next } = row.trace;
  const seen = {
    userId: row.actor_user_id,
    memberId: row.actor_member_id,
    userMemberId: row.actor_user_member_id,
  };
  assert.deepEqual(seen, actor, row.action);
  assert.equal(row.actor_api_key_id, null);
  assert.ok(row.resource_id !== null, row.action);
  assert.deepEqual((row.trace['request'] as { request_id: string }).request_id, requestId);
  assert.deepEqual(row.trace['actor'], {
    user_id: actor.userId,
    member_id: actor.memberId,
    user_member_id: actor.userMemberId,
    api_key_id: null,
  });
  if (withoutBefore.test(row.action)) assert.equal(old, null, row.action);
  else assert.equal(typeof old, 'object', row.action);
  assert.notDeepEqual(old, next, row.action);
}

for (const id of mutatingOperations) {
  describe(`${id} declares ${operationOf(id).audit.join(', ')}`, () => {
    for (const [at, mutation] of (mutationCases[id] ?? []).entries()) {
      test(`done once: ${mutation.about ?? `case ${at + 1}`}`, () => holds(id, mutation));
    }
  });
}

async function holds(id: OperationId, mutation: MutationCase): Promise<void> {
  const { audit, idempotent, success } = operationOf(id);
  const call = await mutation.prepare(world);
  const answer = await perform(world, id, call);
  keepSecrets(answer);
  if (mutation.status !== undefined) assert.equal(answer.status, mutation.status, answer.text);
  else
    assert.ok(
      success.some(({ status }) => status === answer.status),
      answer.text,
    );
  await assertRecorded(answer, mutation.rows ?? audit, mutation.actor?.(call, answer) ?? rootActor);

  if (idempotent && id !== 'logout') {
    const again = await perform(world, id, call);
    assert.ok(again.status < 300, `repeated: ${again.text}`);
    await assertRecorded(again, [], rootActor);
  }

  const refused = await mutation.refused(call, world);
  const refusal = await perform(world, id, refused.call);
  if (refused.code === null) assert.ok(refusal.status < 300, refusal.text);
  else assertRefused(refusal, refused.code);
  await assertRecorded(refusal, [], rootActor);
  await assertInvalidLeavesNothing(id, call);
}

/** A request with a body that the contract refuses never reaches the audit log. */
async function assertInvalidLeavesNothing(id: OperationId, call: Call): Promise<void> {
  if (operationOf(id).body === null) return;
  const answer = await perform(world, id, { ...call, body: { no_such_member: true } });
  assert.ok(answer.status === 400 || answer.status === 401, answer.text);
  await assertRecorded(answer, [], rootActor);
}

async function assertRecorded(
  answer: Answer,
  actions: readonly string[],
  actor: ExpectedActor,
): Promise<void> {
  const rows = await rowsOf(answer.body.request_id);
  assert.deepEqual(rows.map(({ action }) => action).sort(), [...actions].sort(), answer.text);
  for (const row of rows) assertRow(row, answer.body.request_id, actor);
}

function keepSecrets(answer: Answer): void {
  for (const secret of secretsIn(answer.body.data)) world.secrets.add(secret);
}

describe('the cases', () => {
  test('every operation that declares audit rows has one, and nothing else has', () => {
    assert.deepEqual(Object.keys(mutationCases).sort(), [...mutatingOperations].sort());
  });

  test('together they leave every row that an operation declares, and no other', () => {
    const odd = mutatingOperations.filter((id) => {
      const cases = mutationCases[id] ?? [];
      const left = new Set(cases.flatMap(({ rows }) => rows ?? operationOf(id).audit));
      const { audit } = operationOf(id);
      return left.size !== audit.length || audit.some((action) => !left.has(action));
    });
    assert.deepEqual(odd, []);
  });
});

test('a change made with an API key names the key and no User', async () => {
  const { key, apiKeyId } = await insertApiKey(world, {
    spaceId: 'space_1',
    permissions: ['members:manage'],
  });
  world.secrets.add(key);
  const body = { display_name: 'By a key' };
  const answer = await world.api('POST', '/api/v1/spaces/space_1/members', { key, body });
  assert.equal(answer.status, 201, answer.text);
  const [row, ...others] = await rowsOf(answer.body.request_id);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [row?.action, row?.actor_api_key_id, row?.actor_user_id],
    ['member.created', apiKeyId, null],
  );
});

test('the first super admin leaves all rows of a registration at once', async () => {
  const empty = await startTestServer();
  try {
    const body = {
      email: 'first@example.com',
      password: 'four slow clocks in the attic',
      registration_token: empty.bootstrapToken,
    };
    const answer = await empty.api('POST', '/api/v1/auth/register', { body });
    assert.equal(answer.status, 201, answer.text);
    const rows = await empty.sql<{ action: string }>('select action from audit_logs order by action');
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['admin_grant.created', 'auth.registered', 'member.created', 'space.created', 'user_member.created'],
    );
  } finally {
    await empty.stop();
  }
});

test('no row holds a password, a token, the secret of a key or a hash of one', async () => {
  const stored = await world.sql<{ secret: string }>(`
    select password_hash as secret from users where password_hash is not null
    union all select key_hash from api_keys
    union all select previous_key_hash from api_keys where previous_key_hash is not null
    union all select access_token_hash from sessions
    union all select refresh_token_hash from sessions
    union all select token_hash from session_refresh_tokens`);
  const secrets = [...world.secrets, ...stored.map(({ secret }) => secret)];
  assert.ok(secrets.length > 50, 'the cases used no secrets');
  assert.ok(
    [...world.secrets].some((secret) => secret.startsWith('ply_ak_')),
    'no key was seen',
  );
  const rows = await world.sql<{ text: string }>('select row_to_json(a)::text as text from audit_logs a');
  assert.ok(rows.length > mutatingOperations.length);
  for (const { text } of rows) {
    const found = secrets.find((secret) => text.includes(secret));
    assert.equal(found, undefined, text);
    assert.doesNotMatch(text, /\$argon2|ply_(at|rt)_[A-Za-z0-9]/);
  }
});
