import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { on } from './run-plystractl.ts';

const PASSWORD = 'correct battery staple horses';
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

async function bootstrap(args: readonly string[], password = '') {
  const entry = join(import.meta.dirname, '../../src/plystractl.ts');
  const child = spawn(process.execPath, [entry, 'admin', 'bootstrap-super-admin', '--json', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...on(server.databaseUrl) },
    stdio: 'pipe',
  });
  child.stdin.end(password);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const { error, ...json } = JSON.parse(stdout) as Record<string, unknown> & { error?: { code: string } };
  return { exitCode: child.exitCode, stdout, stderr, json, code: error?.code };
}

const newUser = ['--email', 'Root@example.com', '--password-stdin'];
const grants = () => server.sql(`select id, user_id, level, permission_key from admin_grants`);

test('a new User is made super admin, can log in, and both are on record without the password', async () => {
  const run = await bootstrap(newUser, `${PASSWORD}\n`);
  assert.equal(run.exitCode, 0, run.stdout);
  assert.equal(run.json['created'], true);
  const login = await server.api<{ user: { id: string }; access_token: string }>(
    'POST',
    '/api/v1/auth/login',
    {
      body: { email: 'root@example.com', password: PASSWORD },
    },
  );
  assert.equal(login.status, 200, login.text);
  const userId = login.body.data.user.id;
  assert.deepEqual(await grants(), [
    {
      id: `ag_${userId}_instance_super_admin`,
      user_id: userId,
      level: 'instance_super_admin',
      permission_key: '*',
    },
  ]);
  const rows = await server.sql<{ action: string; trace: unknown }>(
    `select action, trace from audit_logs where actor_user_id = $1 and user_agent = 'plystractl' order by id`,
    [userId],
  );
  assert.deepEqual(rows.map(({ action }) => action).sort(), ['admin_grant.created', 'user.created']);
  assert.doesNotMatch(run.stderr, /has no password/);
  for (const said of [JSON.stringify(rows), run.stdout, run.stderr]) assert.ok(!said.includes(PASSWORD));
});

test('an active super admin is refused, or with --if-exists ok told', async () => {
  const made = await bootstrap(newUser, PASSWORD);
  const again = await bootstrap(['--email', 'two@example.com', '--password-stdin'], PASSWORD);
  assert.deepEqual([again.exitCode, again.code], [1, 'ALREADY_BOOTSTRAPPED']);
  const ok = await bootstrap([...newUser, '--if-exists', 'ok'], PASSWORD);
  assert.deepEqual([ok.exitCode, ok.json], [0, { ...made.json, created: false }]);
  assert.equal((await grants()).length, 1);
  assert.equal((await server.sql('select from users')).length, 1);
});

test('an existing User is taken only when it is active, and keeps its Member to itself', async () => {
  await server.sql(`insert into users (id, email, status) values ('u1', 'u1@example.com', 'disabled')`);
  assert.equal((await bootstrap(['--user-id', 'u1'])).code, 'USER_NOT_FOUND');
  await server.sql(`update users set status = 'active'`);
  assert.equal((await bootstrap(['--user-id', 'u1', '--member-id', 'm9'])).code, 'MEMBER_NOT_FOUND');
  assert.deepEqual(await grants(), []);
  const run = await bootstrap(['--user-id', 'u1', '--grant-id', 'ag_mine']);
  assert.equal(run.exitCode, 0, run.stdout);
  assert.equal((await grants())[0]?.['id'], 'ag_mine');
  assert.match(run.stderr, /has no password/);
});

test('a password that the policy does not allow, and options that do not fit together, make nothing', async () => {
  for (const password of ['short', 'password1234', 'root@example.com', '']) {
    assert.equal((await bootstrap(newUser, password)).code, 'VALIDATION_FAILED', password);
  }
  for (const args of [
    [],
    ['--email', 'a@example.com'],
    ['--user-id', 'u1', '--password-stdin'],
    ['--user-id', 'u1', '--email', 'a@example.com', '--password-stdin'],
    ['--user-id', 'no id'],
    ['--user-id', 'u1', '--if-exists', 'maybe'],
  ]) {
    assert.equal((await bootstrap(args)).exitCode, 2, args.join(' '));
  }
  assert.deepEqual(await server.sql('select from users'), []);
});

test('of four at once one makes the super admin', async () => {
  const runs = await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      bootstrap(['--email', `r${index}@example.com`, '--password-stdin'], PASSWORD),
    ),
  );
  assert.equal(runs.filter(({ exitCode }) => exitCode === 0).length, 1);
  assert.equal((await grants()).length, 1);
});
