import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isAlive } from '../../src/platform/embedded-postgres/processes.ts';
import { closeFolders, newFolder, start } from '../harness/database-folder.ts';
import { untilDecidedFromMemory } from '../harness/decided-from-memory.ts';
import type { Behind } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import { send } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';
import { answeredAuditIds, type Load, type Outcome, startLoad } from './load.ts';
import {
  behindPlystrad,
  launchPlystrad,
  type PlystradProcess,
  postmasterOf,
  startPlystrad,
} from './plystrad-process.ts';

/** How often each way to end is tried; more than once finds what is rare. */
const rounds = Number(process.env['PLYSTRA_CRASH_ROUNDS'] ?? 1);
const clients = 64;
const limits = { timeout: 120_000 * rounds };
const folder = newFolder();
let plystrad: PlystradProcess;
let key: string;

before(async () => {
  plystrad = await startPlystrad(folder);
  const behind = await behindPlystrad(folder);
  await insertWorld(behind);
  ({ key } = await insertApiKey(behind, { permissions: ['authz:check'] }));
  // From here on, after each start too, what is killed is the way through memory.
  await untilDecidedFromMemory(behind, assertAnswers);
  await behind.end();
});
beforeEach(async () => {
  if (!plystrad.isRunning()) plystrad = await startPlystrad(folder);
});
after(async () => {
  plystrad.signal('SIGTERM');
  await plystrad.ended();
  await closeFolders();
});

describe('under the load of 64 clients', () => {
  test('SIGTERM: every request that was read gets its whole answer; exit code 0', limits, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const load = startLoad(plystrad.url, key, clients, `term-${round}`);
      await load.answered(300);
      plystrad.signal('SIGTERM');
      assert.equal(await plystrad.ended(), 0, plystrad.complaints());
      await load.stop();

      assertAllAllowed(load.outcomes);
      const read = [...plystrad.loggedRequests].filter((id) => id.startsWith(`term-${round}-`));
      const unanswered = read.filter((id) => load.outcomes.get(id)?.kind !== 'answered');
      assert.deepEqual(unanswered, []);
      await withDatabase(async (behind) => {
        const rows = await auditRows(behind, `term-${round}-`);
        assert.deepEqual(
          new Map(rows),
          answeredAuditIds(load.outcomes),
          'what was recorded is what was answered',
        );
      });
      plystrad = await startPlystrad(folder);
      await assertAnswers();
    }
  });

  test('kill -9 of the server: it comes back with every answered audit id', limits, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const load = startLoad(plystrad.url, key, clients, `kill-${round}`);
      await load.answered(300);
      plystrad.signal('SIGKILL');
      await plystrad.ended();
      await load.stop();
      await assertComesBack(load, `kill-${round}-`);
    }
  });

  test(
    'kill -9 of the database: the server ends and comes back with every answered audit id',
    limits,
    async () => {
      for (let round = 1; round <= rounds; round += 1) {
        const load = startLoad(plystrad.url, key, clients, `postmaster-${round}`);
        await load.answered(300);
        process.kill(plystrad.postmaster, 'SIGKILL');
        assert.equal(await plystrad.ended(), 1, plystrad.complaints());
        await load.stop();
        await collected(plystrad.postmaster);
        await assertComesBack(load, `postmaster-${round}-`);
      }
    },
  );

  for (const signal of ['SIGKILL', 'SIGQUIT'] as const) {
    test(
      `${signal} to the database, kill -9 of the server: it comes back with every answered audit id`,
      limits,
      async () => {
        for (let round = 1; round <= rounds; round += 1) {
          const name = `both-${signal}-${round}`;
          const load = startLoad(plystrad.url, key, clients, name);
          await load.answered(300);
          process.kill(plystrad.postmaster, signal);
          plystrad.signal('SIGKILL');
          await plystrad.ended();
          await load.stop();
          await collected(plystrad.postmaster);
          await assertComesBack(load, `${name}-`);
        }
      },
    );
  }
});

test(
  'SIGTERM during the start: the start ends, then the server; no database is left behind',
  limits,
  async () => {
    const other = newFolder();
    const starting = launchPlystrad(other);
    while (postmasterOf(other) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    const postmaster = postmasterOf(other) ?? 0;
    starting.signal('SIGTERM');
    assert.equal(await starting.ended(), 0, starting.complaints());
    assert.equal(isAlive(postmaster), false);
  },
);

/** Starts the server again on the same folder and looks every answered decision up. */
async function assertComesBack(load: Load, prefix: string): Promise<void> {
  plystrad = await startPlystrad(folder);
  await assertAnswers();
  const behind = await behindPlystrad(folder);
  try {
    // A request may have a second row, of which nobody heard before all was over.
    const rows = new Set((await auditRows(behind, prefix)).map((row) => row.join(' ')));
    const answered = answeredAuditIds(load.outcomes);
    assert.ok(answered.size >= 300);
    for (const row of answered) assert.ok(rows.has(row.join(' ')), row.join(' '));
  } finally {
    await behind.end();
  }
}

/**
 * Waits, ten seconds at most, until nothing of a killed process is left. One whose parent was killed before stays a
 * zombie until the first process of the system collects it, and PostgreSQL takes it for a running server so long.
 */
async function collected(pid: number): Promise<void> {
  try {
    for (let waited = 0; waited < 10_000; waited += 20) {
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } catch {
    // There is no such process any more.
  }
}

async function assertAnswers(): Promise<void> {
  const answer = await send<{ allow: boolean }>(plystrad.url, 'POST', '/api/v1/authz/check', {
    key,
    body: allowedQuestion,
  });
  assert.equal(answer.body.data?.allow, true, answer.text);
  assert.equal((await send(plystrad.url, 'GET', '/api/v1/ready')).status, 200);
}

/** A server that stops in peace cuts nothing off and refuses nothing that it has read. */
function assertAllAllowed(outcomes: ReadonlyMap<string, Outcome>): void {
  for (const [id, outcome] of outcomes) {
    assert.notEqual(outcome.kind, 'cut', id);
    if (outcome.kind === 'answered') assert.equal(outcome.status, 200, id);
  }
}

async function withDatabase(work: (behind: Behind) => Promise<void>): Promise<void> {
  const database = await start(folder);
  const behind = await behindPlystrad(folder);
  try {
    await work(behind);
  } finally {
    await behind.end();
    await database.stop();
  }
}

async function auditRows(behind: Behind, prefix: string): Promise<[request: string, auditId: string][]> {
  const rows = await behind.sql<{ request_id: string; id: string }>(
    'select request_id, id from audit_logs where starts_with(request_id, $1) order by request_id',
    [prefix],
  );
  return rows.map(({ request_id: request, id }) => [request, id]);
}
