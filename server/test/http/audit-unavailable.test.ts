import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey, insertSuperAdmin } from '../harness/server-credentials.ts';
import { type Answer, assertRefused } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld, rowCounts } from '../harness/server-world.ts';

const server = await startTestServer({ env: { DATABASE_STATEMENT_TIMEOUT: '500ms' } });
after(() => server.stop());
await insertWorld(server);
const { token } = await insertSuperAdmin(server);
const { key } = await insertApiKey(server, { permissions: ['authz:check'] });
await server.sql(`
  create function test_refuse_audit() returns trigger language plpgsql as $$
  begin
    raise exception 'the audit row is refused';
  end $$;`);
const questions = {
  'what would be allowed': allowedQuestion,
  'what would be denied': { ...allowedQuestion, resource_id: 'invoice_unknown' },
};
const deferred =
  'create constraint trigger test_refuse after insert on audit_logs deferrable initially deferred';
const ways = {
  'is refused': 'create trigger test_refuse before insert on audit_logs',
  'is refused at the commit': deferred,
};

for (const [way, trigger] of Object.entries(ways)) {
  for (const [name, body] of Object.entries(questions)) {
    for (const path of ['/api/v1/authz/check', '/api/v1/authz/explain']) {
      test(`${path} tells no decision on ${name} when its audit row ${way}`, async () => {
        const answer = await refusing(trigger, () => server.api('POST', path, { key, body }));
        assertNoDecision(answer);
      });
    }
  }

  test(`a change is not made when its audit row ${way}`, async () => {
    const answer = await refusing(trigger, () =>
      server.api('POST', '/api/v1/spaces/space_1/groups', { token, body: { path: 'unrecorded' } }),
    );
    assert.equal(answer.status, 500);
    assert.deepEqual(await server.sql("select id from groups where path = 'unrecorded'"), []);
  });
}

test('a question gets no decision when its audit row has to wait too long', async () => {
  const blocker = new pg.Client({ connectionString: server.databaseUrl });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table audit_logs in exclusive mode');
  try {
    assertNoDecision(await server.api('POST', '/api/v1/authz/check', { key, body: allowedQuestion }));
  } finally {
    await blocker.end();
  }
});

test('questions are answered again when audit rows go in again', async () => {
  const answer = await server.api('POST', '/api/v1/authz/check', { key, body: allowedQuestion });
  assert.equal(answer.body.data['allow'], true);
});

/** Runs a request while a trigger refuses audit rows; nothing may have been written after it. */
async function refusing(trigger: string, ask: () => Promise<Answer>): Promise<Answer> {
  await server.sql(`${trigger} for each row execute function test_refuse_audit()`);
  try {
    const before = await rowCounts(server);
    const answer = await ask();
    assert.deepEqual(await rowCounts(server), before);
    return answer;
  } finally {
    await server.sql('drop trigger test_refuse on audit_logs');
  }
}

function assertNoDecision(answer: Answer): void {
  assertRefused(answer, 'AUDIT_UNAVAILABLE');
  assert.equal(answer.headers['retry-after'], '1');
  assert.deepEqual(answer.body.error.details, { retry_after_seconds: 1 });
  assert.equal(answer.body.data, undefined);
  assert.doesNotMatch(answer.text, /allow"|refused|trigger|select/);
  assert.equal(answer.headers['x-plystra-audit-log-id'], undefined);
}
