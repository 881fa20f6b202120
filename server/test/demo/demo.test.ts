import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Ran, runProgram, type ServerProcess, startServerProcess } from './server-process.ts';

const demo = join(import.meta.dirname, '../../../scripts/demo.ts');
const verdicts = /^ {3}(ALLOW|DENY)\b.*$/gm;

describe('the demo', () => {
  let server: ServerProcess;
  let file: string;
  let first: Ran;
  before(async () => {
    server = await startServerProcess();
    file = join(server.cwd, '.plystra', 'demo.json');
    first = await server.demo();
  });
  after(() => server.stop());

  test('answers the five reference questions and the one of Context Mode as expected', () => {
    assert.equal(first.stderr, '');
    assert.equal(first.code, 0);
    const codes = [...first.stdout.matchAll(verdicts)].map(([line, verdict]) =>
      verdict === 'ALLOW' ? 'ALLOW' : /\((\w+)\)$/.exec(line)?.[1],
    );
    assert.deepEqual(codes, [
      'ALLOW',
      'SCOPE_OUT_OF_BOUNDS',
      'ALLOW',
      'USER_MEMBER_REVOKED',
      'USER_MEMBER_EXPIRED',
      'ALLOW',
    ]);
    assert.match(first.stdout, /All 6 answers are right/);
  });

  test('tells the reason of each answer and where it is on record', () => {
    const ids = [...first.stdout.matchAll(/on record as (audit_[0-9a-f]{32}): \w+ as \w+$/gm)].map(
      ([, id]) => id,
    );
    assert.equal(new Set(ids).size, 6);
    assert.match(
      first.stdout,
      /Finance Reviewer holds finance_approver for finance and all below it; Invoice 002 is in legal\.emea/,
    );
    assert.match(first.stdout, /um_alice_finance_reviewer_expired counted until 2020-01-01/);
  });

  test('prints no colours where nobody sees them', () => {
    assert.ok(!first.stdout.includes('\u001B'));
  });

  test('keeps its credentials readable for their owner alone', () => {
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    for (const secret of [kept.password, kept.apiKey, ...Object.values<string>(kept.users)]) {
      assert.ok(secret.length >= 15);
      assert.ok(!first.stdout.includes(secret));
    }
  });

  test('may run again, and makes nothing twice', async () => {
    const again = await server.demo();
    assert.deepEqual([again.code, again.stderr], [0, '']);
    assert.match(again.stdout, /: 0 made, \d+ there already\./);
  });

  test('logs in and makes another key when the one it kept is not accepted any more', async () => {
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...kept, apiKey: `${kept.apiKey.slice(0, -1)}x` }));
    const again = await server.demo();
    assert.deepEqual([again.code, again.stderr], [0, '']);
    assert.match(again.stdout, /Logged in as demo-admin@example\.com/);
    assert.notEqual(JSON.parse(readFileSync(file, 'utf8')).apiKey, kept.apiKey);
  });

  test('asks for a key on an instance that somebody else bootstrapped, and works with one', async () => {
    const { apiKey } = JSON.parse(readFileSync(file, 'utf8'));
    renameSync(file, `${file}.away`);
    try {
      const refused = await server.demo();
      assert.deepEqual([refused.code, refused.stdout], [2, '']);
      assert.match(refused.stderr, /Set PLYSTRA_API_KEY to a key of level instance/);
      assert.throws(() => statSync(file), /ENOENT/);
      assert.equal((await server.demo({ PLYSTRA_API_KEY: apiKey })).code, 0);
      const wrong = await server.demo({ PLYSTRA_API_KEY: `${apiKey.slice(0, -1)}x` });
      assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    } finally {
      renameSync(`${file}.away`, file);
    }
  });

  test('says where to look when the data folder is not the one of the server', async () => {
    const elsewhere = await server.demo({ PLYSTRA_DATA_DIR: join(server.cwd, 'elsewhere') });
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.stderr, /Set PLYSTRA_DATA_DIR to the data folder/);
  });

  test('ends with 1 when an answer is not what it must be', async () => {
    const role = '/spaces/space_acme/roles/role_finance_approver';
    await change(`${role}/disable`);
    try {
      const wrong = await server.demo();
      assert.equal(wrong.code, 1);
      assert.match(wrong.stdout, /WRONG {2}deny_code is NO_MATCHING_PERMISSION and must be null/);
      assert.match(wrong.stdout, /\d of 6 answers are wrong/);
    } finally {
      await change(`${role}/restore`);
    }
  });

  test('ends with 1 when something else has one of its ids', async () => {
    await change('/spaces/space_acme', { name: 'Another company' }, 'PATCH');
    try {
      const taken = await server.demo();
      assert.equal(taken.code, 1);
      assert.match(
        taken.stderr,
        /Space Acme is there already and not the demo's: its name is "Another company"/,
      );
    } finally {
      await change('/spaces/space_acme', { name: 'Acme' }, 'PATCH');
    }
  });

  async function change(path: string, body?: object, method = 'POST'): Promise<void> {
    const { apiKey } = JSON.parse(readFileSync(file, 'utf8'));
    const headers = { 'X-Plystra-API-Key': apiKey, 'Content-Type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, ...sent });
    assert.equal(response.status, 200, await response.text());
  }
});

describe('without a server', () => {
  test('the demo says how to start one, and ends with 1', async () => {
    const url = await addressOfNobody();
    const ran = await runProgram(process.execPath, [demo], import.meta.dirname, { PLYSTRA_BASE_URL: url });
    assert.deepEqual([ran.code, ran.stdout], [1, '']);
    assert.match(ran.stderr, /does not answer \(ECONNREFUSED\)\.\nStart it with `npm start`/);
  });

  test('a server that is not Plystra is told apart', async () => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const env = { PLYSTRA_BASE_URL: `http://127.0.0.1:${port}` };
    const ran = await runProgram(process.execPath, [demo], import.meta.dirname, env);
    other.close();
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /is not Plystra/);
  });
});

/** An address at which nothing listens: it was free a moment ago. */
async function addressOfNobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
