import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createLogger,
  isSecretKey,
  type LogFormat,
  type Logger,
  redact,
} from '../../src/platform/logging/index.ts';

/** A logger and the lines that it has written. */
function capture(format: LogFormat = 'json'): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string): number => lines.push(line) };
  return { logger: createLogger({ level: 'info', format, destination, fields: { name: 'test' } }), lines };
}

function parsed(line: string | undefined): Record<string, unknown> {
  const value: unknown = JSON.parse(line ?? '');
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

describe('isSecretKey', () => {
  const secret = `password user_password passwordHash Password PASSWORD secret client-secret secretKey token accessToken
    refresh_token token2 token_id authorization Proxy-Authorization api_key apiKey APIKey x-plystra-api-key
    X-Plystra-API-Key apikey cookie Set-Cookie HTTPToken passphrase`;
  const open = `token_count tokenCount tokens_used token_type password_min_length secret_expires_at expires_in
    tokenizer secretary passwordless api_key_id api_keys key id count email cookie_consent authorize`;

  for (const key of secret.split(/\s+/)) test(`${key} is`, () => assert.ok(isSecretKey(key)));
  for (const key of open.split(/\s+/)) test(`${key} is not`, () => assert.ok(!isSecretKey(key)));
  test('an empty or odd key is not', () =>
    assert.ok(!isSecretKey('') && !isSecretKey('__') && !isSecretKey('42')));
});

describe('redact', () => {
  test('replaces secrets at any depth in a copy, and keeps what says that there is none', () => {
    const input = {
      a: [{ token: 'x', token_count: 3 }],
      password: null,
      secret: { deep: 1 },
      when: new Date(0),
    };
    assert.deepEqual(redact(input), {
      a: [{ token: '[redacted]', token_count: 3 }],
      password: null,
      secret: '[redacted]',
      when: '1970-01-01T00:00:00.000Z',
    });
    assert.equal(input.a[0]?.token, 'x');
  });

  test('never throws and gives plain data', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    let deep: unknown = 0;
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    const bad = {
      get boom(): never {
        throw new Error('no');
      },
    };
    assert.deepEqual(redact(circle), { self: '[circular]' });
    assert.deepEqual(redact({ bad, n: 1n, f: () => 1, b: new Uint8Array(3), m: new Map([['a', 1]]) }), {
      bad: '[unreadable]',
      n: '1',
      f: '[function]',
      b: '[3 bytes]',
      m: [['a', 1]],
    });
    assert.match(JSON.stringify(redact(deep)), /too deep/);
  });

  test('a key named __proto__ stays a key', () => {
    const copy = redact(JSON.parse('{"__proto__":{"admin":true}}'));
    assert.deepEqual(Object.keys(Object(copy)), ['__proto__']);
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });

  test('of an error only what helps is kept', () => {
    const cause = Object.assign(new Error('inner'), { parameters: ['hunter2'] });
    const error = Object.assign(new TypeError('outer', { cause }), {
      code: '23505',
      detail: 'Key (email)=(a@b)',
    });
    const text = JSON.stringify(redact({ error }));
    assert.match(text, /"type":"TypeError","message":"outer","code":"23505"/);
    assert.match(text, /"inner"/);
    assert.doesNotMatch(text, /hunter2|email/);
  });
});

describe('createLogger', () => {
  test('json: one object a line with time, level, name and message', () => {
    const { logger, lines } = capture();
    logger.info({ request_id: 'req_1' }, 'done');
    logger.debug('below the level');
    const { timestamp, ...rest } = parsed(lines[0]);
    assert.equal(lines.length, 1);
    assert.deepEqual(rest, { level: 'info', name: 'test', request_id: 'req_1', msg: 'done' });
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  for (const format of ['json', 'text'] as const) {
    test(`${format}: no credential comes through, wherever it stands`, () => {
      const { logger, lines } = capture(format);
      const token = `ply_at_${'ab'.repeat(32)}`;
      const apiKey = `ply_ak_ak_1.${'ab'.repeat(32)}`;
      logger.info(
        { headers: { authorization: 'Basic aHVudGVyMg==', 'x-plystra-api-key': 'hunter2' } },
        'headers',
      );
      logger.info({ url: `/x?${token}`, note: `key ${apiKey}` }, `Bearer ${'hunter2'.repeat(3)}`);
      logger.info('formatted %s', token);
      logger.error(new Error('connect postgres://user:hunter2@pw@host/db'));
      logger.error({ err: Object.assign(new Error('failed'), { query: 'hunter2' }) }, 'failed');
      logger.child({ token: 'hunter2', request_id: 'r' }).child({ cookie: 'hunter2' }).warn('child');
      logger.info({ body: { any: 'hunter2' }, response_body: 'hunter2', requestBody: 'hunter2' }, 'bodies');
      const text = lines.join('');
      assert.doesNotMatch(text, /hunter2|aHVudGVyMg|abababab|pw@host/);
      assert.match(text, /\[redacted\]/);
      assert.match(text, /\[omitted\]/);
    });

    test(`${format}: values cannot forge lines, fields or terminal codes`, () => {
      const { logger, lines } = capture(format);
      const evil = 'a"\r\nlevel=error msg=forged\u2028\u0085\u001b[31m\u202e\u009b';
      logger.info({ evil, [evil]: 1 }, evil);
      assert.equal(lines.length, 1);
      const line = lines[0] ?? '';
      assert.ok(line.endsWith('\n'));
      assert.doesNotMatch(line.slice(0, -1), /\p{Cc}|[\u2028\u202e]/u);
      if (format === 'json') assert.equal(parsed(line)['evil'], evil);
    });
  }

  test('text: time, level, message and fields on one line', () => {
    const { logger, lines } = capture('text');
    logger.warn({ status: 200, path: '/api/v1/health', agent: 'a b' }, 'request done');
    assert.match(
      lines[0] ?? '',
      /^\S+Z WARN {2}request done name=test status=200 path=\/api\/v1\/health agent="a b"\n$/,
    );
  });

  test('odd arguments do not throw', () => {
    const { logger, lines } = capture();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    logger.info(circle, 'circle');
    logger.info({ big: 1n }, 'big');
    logger.info({ toJSON: () => 'own' }, 'own form');
    assert.equal(lines.length, 3);
  });
});
