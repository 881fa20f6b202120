import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createTestDatabase } from '../harness/database.ts';
import { anyStep } from './mixed-load.ts';
import { atOnce, RACE_ROUNDS } from './race.ts';
import { openRaceWorld, type RaceWorld } from './race-world.ts';

/** How long one round of the load lasts. */
const ROUND_MS = 3000;

test('changes of the instance and of Spaces beside decisions: nothing fails, and no locks cross', async () => {
  const database = await createTestDatabase();
  try {
    const world = await openRaceWorld({ databaseUrl: database.url, env: { HTTP_WRITE_TIMEOUT: '60s' } });
    const answered: { status: number; text: string }[] = [];
    try {
      await seed(world);
      await load(world, (answer) => answered.push(answer));
    } finally {
      await world.stop();
    }
    const decided = answered.filter(({ status, text }) => status === 200 && text.startsWith('check'));
    assert.ok(decided.length > 0, 'nothing was decided');
    const failed = answered.filter(({ status }) => status >= 500);
    assert.deepEqual(failed.slice(0, 3), [], `${failed.length} of ${answered.length}`);
    assert.ok(
      answered.some(({ status }) => status < 300),
      'nothing was done',
    );
    assert.deepEqual(faultsIn(world.logText()), []);
    // Backends tell what they counted when they end at the latest; the server's have ended.
    assert.equal(await deadlocks(database.url), 0);
  } finally {
    await database.drop();
  }
});

async function seed(world: RaceWorld): Promise<void> {
  await world.sql(`
    insert into users (id, email) values ('user_2', 'user_2@example.com'), ('user_3', 'user_3@example.com');
    insert into spaces (id, name) values ('space_3', 'Three');
    insert into members (id, space_id, display_name) values ('member_2', 'space_1', 'Second');
    insert into permissions (id, resource, action, scope) values ('permission_2', 'invoice', 'read', 'space')`);
}

type Heard = (answer: { status: number; text: string }) => void;

async function load(world: RaceWorld, heard: Heard): Promise<void> {
  const end = Date.now() + ROUND_MS * RACE_ROUNDS;
  const listening: RaceWorld = {
    ...world,
    async call(method, path, body, headers) {
      const answer = await world.call<never>(method, path, body, headers);
      heard({ status: answer.status, text: `${method} ${path} ${answer.text}` });
      return answer;
    },
    async ask(body) {
      const answer = await world.ask<never>(body);
      heard({ status: answer.status, text: `check ${answer.text}` });
      return answer;
    },
  };
  await atOnce(async (caller) => {
    for (let step = 0; Date.now() < end; step += 1) await anyStep()(listening, caller * 1_000_000 + step);
  });
}

/** The lines of a log about errors and about deadlocks. */
function faultsIn(log: string): string[] {
  return log.split('\n').filter((line) => /"level":"(error|fatal)"|deadlock|"(40P01|40001)"/i.test(line));
}

async function deadlocks(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const others = `select count(*)::int as others from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
    for (let left = 1; left > 0; ) {
      left = (await client.query<{ others: number }>(others)).rows[0]?.others ?? 0;
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { rows } = await client.query<{ deadlocks: number }>(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    return rows[0]?.deadlocks ?? -1;
  } finally {
    await client.end();
  }
}
