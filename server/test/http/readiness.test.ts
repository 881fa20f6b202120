import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTestDatabase } from '../harness/database.ts';
import { moveClock } from '../harness/other-clock.ts';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey, insertSuperAdmin } from '../harness/server-credentials.ts';
import { assertRefused } from '../harness/server-http.ts';
import { insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);

test('a stranger learns that the server is ready, and its versions', async () => {
  const { status, body } = await server.api('GET', '/api/v1/ready');
  assert.equal(status, 200);
  const { schema_version: found, expected_schema_version: expected, ...rest } = body.data;
  assert.equal(found, expected);
  assert.deepEqual(rest, {
    status: 'ready',
    problems: [],
    trace_version: '1.0',
    system_capabilities: null,
    plugins: null,
  });
});

test('who may read the instance learns the inventory too', async () => {
  const reader = await insertApiKey(server, { permissions: ['instance:read'] });
  const root = await insertSuperAdmin(server);
  for (const credential of [{ key: reader.key }, { token: root.token }]) {
    const { data } = (await server.api('GET', '/api/v1/ready', credential)).body;
    assert.equal((data['system_capabilities'] as Record<string, string>)['audit.explainable'], 'ready');
    assert.notEqual(data['plugins'], null);
  }
});

const others = {
  'a key without instance:read': { permissions: ['groups:read'] },
  'a key that holds instance:read for one Space': { permissions: ['instance:read'], spaceId: 'space_1' },
};
for (const [name, scope] of Object.entries(others)) {
  test(`${name} learns no more than a stranger`, async () => {
    const { key } = await insertApiKey(server, scope);
    const { data } = (await server.api('GET', '/api/v1/ready', { key })).body;
    assert.equal(data['system_capabilities'], null);
    assert.equal(data['plugins'], null);
  });
}

const notReady = {
  'a migration is missing': [
    `create table kept as select * from schema_migrations order by version desc limit 1;
     delete from schema_migrations where version in (select version from kept)`,
    'insert into schema_migrations select * from kept; drop table kept',
  ],
  'a migration is not the one that was applied': [
    "update schema_migrations set checksum = reverse(checksum) where version = '001'",
    "update schema_migrations set checksum = reverse(checksum) where version = '001'",
  ],
  'a newer release has migrated': [
    `insert into schema_migrations select (jsonb_populate_record(m, '{"version": "999"}')).*
     from schema_migrations m where version = '001'`,
    "delete from schema_migrations where version = '999'",
  ],
  'a table of a capability is gone': [
    'alter table resource_types rename to types_away',
    'alter table types_away rename to resource_types',
  ],
} as const;
for (const [name, [breaking, mending]] of Object.entries(notReady)) {
  test(`the server is not ready while ${name}, and ready again when it is put right`, async () => {
    await server.sql(breaking);
    try {
      const answer = await server.api('GET', '/api/v1/ready');
      assertRefused(answer, 'NOT_READY');
      assert.equal(answer.headers['retry-after'], '1');
      assert.deepEqual(answer.body.error.details, { retry_after_seconds: 1 });
      assert.equal((await server.api('GET', '/api/v1/health')).status, 200);
    } finally {
      await server.sql(mending);
    }
    assert.equal((await server.api('GET', '/api/v1/ready')).status, 200);
  });
}

test('the server is not ready while nothing is migrated, and still tells its version', async () => {
  await server.sql('alter table schema_migrations rename to migrations_away');
  try {
    assertRefused(await server.api('GET', '/api/v1/ready'), 'NOT_READY');
    const { status, body } = await server.api('GET', '/api/v1/version');
    assert.equal(status, 200);
    assert.equal(body.data['schema_version'], null);
  } finally {
    await server.sql('alter table migrations_away rename to schema_migrations');
  }
});

test('a server whose clock is not the one of the database is degraded, and says by how much', async () => {
  const other = await createTestDatabase();
  await moveClock(other.url, 90);
  const skewed = await startTestServer({ databaseUrl: other.url });
  try {
    const { status, body } = await skewed.api<{ status: string; problems: Record<string, string>[] }>(
      'GET',
      '/api/v1/ready',
    );
    assert.deepEqual([status, body.data.status, body.data.problems.length], [200, 'degraded', 1]);
    const [problem] = body.data.problems;
    assert.equal(problem?.['code'], 'clock_differs');
    const sentence = /The clock of the database is (\d+\.\d{3}) s ahead of the clock of this machine/;
    const told = Number(sentence.exec(problem?.['message'] ?? '')?.[1]);
    assert.ok(told > 60 && told < 120, problem?.['message']);
    assert.match(skewed.logText(), sentence);
  } finally {
    await skewed.stop();
    await other.drop();
  }
});
