import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { listen } from '../../src/listen.ts';
import { isAlive, waitUntilGone } from '../../src/platform/embedded-postgres/processes.ts';
import { type FolderSecrets, secretsFileName } from '../../src/platform/secrets/index.ts';
import { answeredAuditIds, type Load, startLoad } from '../crash/load.ts';
import {
  behindPlystrad,
  launchPlystrad,
  type PlystradProcess,
  startPlystrad,
} from '../crash/plystrad-process.ts';
import { createTestDatabase } from '../harness/database.ts';
import { closeFolders, newFolder, queryOne } from '../harness/database-folder.ts';
import { runStatement as run } from '../harness/database-server.ts';
import { insertApiKey, insertSuperAdmin } from '../harness/server-credentials.ts';
import { send } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';
import { clientsOfWorkers } from './worker-clients.ts';

const collector = { 'X-Plystra-Metrics-Token': 'collector-token-0123456789abcdef0123' };
const variables = {
  PLYSTRA_WORKERS: '2',
  METRICS_ENABLED: 'true',
  METRICS_TOKEN: collector['X-Plystra-Metrics-Token'],
};
const limits = { timeout: 120_000 };
/** No promise of the product: only so that what never happens does not hold the tests for ever. */
const patienceMs = 30_000;
const folder = newFolder();
let plystrad: PlystradProcess;
let key: string;
let token: string;

before(async () => {
  plystrad = await startPlystrad(folder, variables);
  const behind = await behindPlystrad(folder);
  await insertWorld(behind);
  ({ key } = await insertApiKey(behind, { permissions: ['authz:check'] }));
  ({ token } = await insertSuperAdmin(behind));
  await behind.end();
});
beforeEach(async () => {
  if (!plystrad.isRunning()) plystrad = await startPlystrad(folder, variables);
});
after(async () => {
  plystrad.signal('SIGTERM');
  await plystrad.ended();
  await closeFolders();
});

describe('two workers', () => {
  test('answer on one port; one supervisor speaks to the person, and nobody tells a secret', async () => {
    const clients = await clientsOfWorkers(plystrad, 2);
    for (const client of clients) {
      assert.equal((await client.send('GET', '/api/v1/ready', {})).status, 200);
      assert.notEqual(client.pid, plystrad.pid);
      client.end();
    }
    assert.equal(plystrad.said().match(/Plystra is ready/g)?.length, 1, plystrad.said());
    assert.equal(plystrad.logged.filter(({ msg }) => msg === 'ready').length, 1);
    const secrets = JSON.parse(readFileSync(join(folder, secretsFileName), 'utf8')) as FolderSecrets;
    const told = `${plystrad.said()}${JSON.stringify(plystrad.logged)}${plystrad.complaints()}`;
    for (const secret of Object.values(secrets)) assert.ok(!told.includes(String(secret)));
    assert.ok(!told.includes('postgres://'));
  });

  test(
    'a grant revoked through one is gone in the other at once, and one made there is back',
    limits,
    async () => {
      const [one, other] = await clientsOfWorkers(plystrad, 2);
      assert.ok(one !== undefined && other !== undefined);
      const assignments = '/api/v1/spaces/space_1/member-roles';
      const admin = { Authorization: `Bearer ${token}` };
      const allowed = async () => {
        const sent = { headers: { 'X-Plystra-API-Key': key }, body: allowedQuestion };
        const { data } = await other.send('POST', '/api/v1/authz/check', sent);
        return (data as { allow: boolean } | undefined)?.allow;
      };
      let current = 'member_role_1';
      let stale = 0;
      for (let round = 1; round <= 100; round += 1) {
        const revoked: { readonly status: number } = await one.send(
          'POST',
          `${assignments}/${current}/revoke`,
          { headers: admin },
        );
        assert.equal(revoked.status, 200);
        if ((await allowed()) !== false) stale += 1;
        const body = { member_id: 'member_1', role_id: 'role_1' };
        const made: { readonly status: number; readonly data: unknown } = await one.send(
          'POST',
          assignments,
          { headers: admin, body },
        );
        assert.equal(made.status, 201);
        if ((await allowed()) !== true) stale += 1;
        current = (made.data as { id: string }).id;
      }
      assert.equal(stale, 0);
      one.end();
      other.end();
    },
  );

  test('one scrape adds up what all of them count, also when one was replaced', limits, async () => {
    const clients = await clientsOfWorkers(plystrad, 2);
    const asked = (client: (typeof clients)[number]) => client.send('GET', '/api/v1/version', {});
    for (const client of clients) await asked(client);
    const first = await scrape();
    assert.equal(
      first.counted('http_requests_total{operation_id="getVersion",method="GET",status="2xx"}'),
      2,
    );
    assert.deepEqual(first.workersOf('process_resident_memory_bytes'), ['1', '2', 'supervisor']);
    assert.deepEqual(first.workersOf('database_pool_waiting'), ['1', '2']);
    await replaced(() => process.kill(clients[0]?.pid ?? 0, 'SIGKILL'));
    const second = await scrape();
    assert.equal(
      second.counted('http_requests_total{operation_id="getVersion",method="GET",status="2xx"}'),
      2,
    );
    assert.deepEqual(second.workersOf('process_resident_memory_bytes'), ['1', '2', 'supervisor']);
    for (const client of clients) client.end();
  });

  test('one that is killed under load is replaced, and no answered audit id is lost', limits, async () => {
    const load = startLoad(plystrad.url, key, 16, 'worker-kill');
    await load.answered(200);
    const [victim] = livingWorkers();
    await replaced(() => process.kill(victim ?? 0, 'SIGKILL'));
    await load.answered(load.outcomes.size + 200);
    await load.stop();
    assert.equal(livingWorkers().length, 2);
    const told = plystrad.logged.find((line) => line['worker_pid'] === victim && line.level === 'error');
    assert.equal(told?.['signal'], 'SIGKILL');
    await assertRecorded(load, 'worker-kill-');
  });

  test('one that is asked to end under load drains, and is replaced', limits, async () => {
    const load = startLoad(plystrad.url, key, 16, 'worker-term');
    await load.answered(200);
    const [asked] = livingWorkers();
    await replaced(() => process.kill(asked ?? 0, 'SIGTERM'));
    await load.answered(load.outcomes.size + 200);
    await load.stop();
    assertNothingCut(load);
    const told = plystrad.logged.find((line) => line['worker_pid'] === asked && 'code' in line);
    assert.equal(told?.['code'], 0);
    await assertRecorded(load, 'worker-term-');
  });

  test('SIGTERM of the supervisor: every request that was read gets its answer', limits, async () => {
    const load = startLoad(plystrad.url, key, 16, 'term');
    await load.answered(300);
    const workers = livingWorkers();
    plystrad.signal('SIGTERM');
    assert.equal(await plystrad.ended(), 0, plystrad.complaints());
    await load.stop();
    assertNothingCut(load);
    const read = [...plystrad.loggedRequests].filter((id) => id.startsWith('term-'));
    assert.ok(read.length >= 300);
    assert.deepEqual(
      read.filter((id) => load.outcomes.get(id)?.kind !== 'answered'),
      [],
    );
    for (const pid of [...workers, plystrad.postmaster]) assert.equal(isAlive(pid), false);
    plystrad = await startPlystrad(folder, variables);
    await assertRecorded(load, 'term-');
  });

  test('SIGTERM that reaches all processes at once is one order', limits, async () => {
    const load = startLoad(plystrad.url, key, 16, 'group');
    await load.answered(100);
    const workers = livingWorkers();
    for (const pid of [plystrad.pid, ...workers]) process.kill(pid, 'SIGTERM');
    assert.equal(await plystrad.ended(), 0, plystrad.complaints());
    await load.stop();
    assertNothingCut(load);
    assert.deepEqual(
      plystrad.logged.filter(({ level }) => level === 'warn' || level === 'error'),
      [],
    );
  });

  test(
    'kill -9 of the supervisor leaves no worker behind, and no answered audit id is lost',
    limits,
    async () => {
      const load = startLoad(plystrad.url, key, 16, 'kill');
      await load.answered(300);
      const workers = livingWorkers();
      plystrad.signal('SIGKILL');
      await plystrad.ended();
      for (const pid of workers) assert.ok(await waitUntilGone(pid, patienceMs), `worker ${pid} lives on`);
      await load.stop();
      plystrad = await startPlystrad(folder, variables);
      await assertRecorded(load, 'kill-');
    },
  );

  test('kill -9 of the database ends them all', limits, async () => {
    const workers = livingWorkers();
    process.kill(plystrad.postmaster, 'SIGKILL');
    assert.equal(await plystrad.ended(), 1, plystrad.complaints());
    for (const pid of workers) assert.ok(await waitUntilGone(pid, patienceMs), `worker ${pid} lives on`);
    assert.equal(plystrad.logged.filter(({ level }) => level === 'fatal').length, 1);
  });
});

test('a port that is taken is told once, before workers or a database are made', async () => {
  const taken = createServer();
  await listen(taken, { host: '127.0.0.1', port: 0 });
  const { port } = taken.address() as AddressInfo;
  const refused = launchPlystrad(newFolder(), { ...variables, SERVER_PORT: String(port) });
  assert.equal(await refused.ended(), 1);
  taken.close();
  assert.equal(refused.complaints().match(/another process listens there/g)?.length, 1);
  assert.deepEqual(refused.logged, []);
});

test('workers that cannot start end the start: told once, and nothing is left', limits, async () => {
  const database = await createTestDatabase();
  // Two workers hold a connection each, and the role may have one.
  const role = `narrow_${randomBytes(6).toString('hex')}`;
  await run(database.url, `create role ${role} login password '${role}' connection limit 1`);
  await run(database.url, `grant pg_read_all_data, pg_write_all_data to ${role}`);
  try {
    const url = new URL(database.url);
    Object.assign(url, { username: role, password: role });
    const refused = launchPlystrad(newFolder(), {
      ...variables,
      DATABASE_URL: url.href,
      PLYSTRA_SESSION_SECRET: 's'.repeat(32),
      PLYSTRA_API_KEY_SECRET: 'k'.repeat(32),
    });
    assert.equal(await refused.ended(), 1);
    assert.match(refused.complaints(), /^too many connections for role "narrow_\w+"\n$/);
    assert.deepEqual(
      refused.logged.filter(({ msg }) => msg === 'ready'),
      [],
    );
    const left = await queryOne(
      database.url,
      `select count(*)::int as connections from pg_stat_activity where usename = '${role}'`,
    );
    assert.equal(left['connections'], 0);
  } finally {
    await run(database.url, `drop owned by ${role}; drop role ${role}`);
    await database.drop();
  }
});

/** The workers that have become ready and live. */
function livingWorkers(): number[] {
  return readyWorkers().filter((pid) => isAlive(pid));
}

function readyWorkers(): number[] {
  return plystrad.logged
    .filter(({ msg }) => msg === 'A worker is ready.')
    .map((line) => Number(line['worker_pid']));
}

/** Ends a worker, and waits until another one is ready in its place. */
async function replaced(end: () => void): Promise<void> {
  const before = readyWorkers().length;
  end();
  for (let waited = 0; readyWorkers().length === before; waited += 20) {
    assert.ok(waited < patienceMs, 'no worker takes the place');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The metrics as one scrape gives them. */
async function scrape() {
  const { status, text } = await send(plystrad.url, 'GET', '/metrics', { headers: collector });
  assert.equal(status, 200, text);
  const lines = text.split('\n');
  return {
    counted: (series: string) =>
      Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1)),
    workersOf: (name: string) =>
      lines.filter((line) => line.startsWith(`${name}{`)).map((line) => /worker="(\w+)"/.exec(line)?.[1]),
  };
}

/** A worker that ends in order cuts nothing off and refuses nothing that it has read. */
function assertNothingCut(load: Load): void {
  for (const [id, outcome] of load.outcomes) {
    assert.notEqual(outcome.kind, 'cut', id);
    if (outcome.kind === 'answered') assert.equal(outcome.status, 200, id);
  }
}

async function assertRecorded(load: Load, prefix: string): Promise<void> {
  const behind = await behindPlystrad(folder);
  const rows = await behind.sql<{ request_id: string; id: string }>(
    'select request_id, id from audit_logs where starts_with(request_id, $1)',
    [prefix],
  );
  await behind.end();
  const recorded = new Map(rows.map(({ request_id: request, id }) => [request, id]));
  const answered = answeredAuditIds(load.outcomes);
  assert.ok(answered.size > 0);
  for (const [request, auditId] of answered) assert.equal(recorded.get(request), auditId);
}
