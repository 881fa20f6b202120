import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { untilDecidedFromMemory } from '../harness/decided-from-memory.ts';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import { assertRefused } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const { key } = await insertApiKey(server, { permissions: ['authz:check'] });
const ask = (body: unknown) => server.api('POST', '/api/v1/authz/check', { key, body });
await untilDecidedFromMemory(server, () => ask(allowedQuestion));

test('one row that the database refuses is not answered, and takes no other with it', async () => {
  await server.sql("alter table audit_logs add constraint odd check (action <> 'invoice.odd') not valid");
  const asked = Array.from({ length: 120 }, async (_, n) => {
    const odd = n % 10 === 3;
    const body = odd ? { ...allowedQuestion, action: 'odd' } : allowedQuestion;
    return { odd, answer: await ask(body) };
  });
  for (const { odd, answer } of await Promise.all(asked)) {
    if (odd) {
      assertRefused(answer, 'AUDIT_UNAVAILABLE');
      assert.equal(answer.headers['retry-after'], '1');
      assert.doesNotMatch(answer.text, /constraint|violates|"allow"/);
    } else {
      assert.equal(answer.body.data['allow'], true, answer.text);
      const id = answer.body.data['audit_log_id'];
      assert.equal((await server.sql('select 1 from audit_logs where id = $1', [id])).length, 1);
    }
  }
  assert.deepEqual(await server.sql("select id from audit_logs where action = 'invoice.odd'"), []);
});
