import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { insertSuperAdmin } from '../harness/server-credentials.ts';
import { type Answer, assertRefused, sendRaw, violationsIn } from '../harness/server-http.ts';
import { insertWorld, rowCounts } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const { token } = await insertSuperAdmin(server);
const path = '/api/v1/spaces/space_1/groups';
let made = 0;

const refused: Readonly<Record<string, readonly [body: string | Buffer, violation: string]>> = {
  'a lone high surrogate': ['{"path":"a","name":"\\ud800"}', 'body /name characters'],
  'a lone low surrogate': ['{"path":"a","name":"x\\udc00y"}', 'body /name characters'],
  'surrogates the wrong way round': ['{"path":"a","name":"\\udc00\\ud800"}', 'body /name characters'],
  'a lone surrogate in a key': ['{"metadata":{"\\ud800":1}}', 'body /metadata characters'],
  'a lone surrogate as bytes': [
    Buffer.from([...Buffer.from('{"path":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
    'body  utf8',
  ],
  'U+0000 in a text': ['{"path":"a","name":"a\\u0000b"}', 'body /name characters'],
  'U+0000 deep in free data': [
    '{"path":"a","metadata":{"list":[1,{"k":"\\u0000"}]}}',
    'body /metadata/list/1/k characters',
  ],
  'U+0000 in the second key': ['{"path":"a","\\u0000":1}', 'body  characters'],
  'U+0000 in a key': ['{"path":"a","metadata":{"a\\u0000":1}}', 'body /metadata characters'],
  '200,000 nested arrays': ['['.repeat(200_000) + ']'.repeat(200_000), `body ${'/0'.repeat(32)} depth`],
  '200,000 nested objects': [
    `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`,
    `body ${'/a'.repeat(32)} depth`,
  ],
  '200,000 open arrays': ['['.repeat(200_000), 'body  json'],
  'more values than are read': [`{"path":"a","metadata":{"l":[${'1,'.repeat(20_000)}1]}}`, 'body  values'],
  'more empty arrays than are read': [`[${'[],'.repeat(20_000)}[]]`, 'body  values'],
  'a key twice deep inside': ['{"metadata":{"a":[{"b":1,"b":1}]}}', 'body /metadata/a/0/b duplicate'],
  'a key twice, once escaped': ['{"path":"a","\\u0070ath":"b"}', 'body /path duplicate'],
  '__proto__ deep inside': ['{"metadata":{"a":[{"__proto__":1}]}}', 'body /metadata/a/0/__proto__ prototype'],
  '__proto__ with an escape': ['{"\\u005f_proto__":{}}', 'body /__proto__ prototype'],
  'a key with a slash and a tilde twice': ['{"a/b~c":1,"a/b~c":2}', 'body /a~1b~0c duplicate'],
  'nothing but spaces': ['   ', 'body  json'],
  'a cut text': ['{"path":"a', 'body  json'],
  'a comma too many': ['{"path":"a",}', 'body  json'],
  'single quotes': ["{'path':'a'}", 'body  json'],
  'a comment': ['{"path":"a"} // x', 'body  trailing'],
  NaN: ['{"path":"a","sort_order":NaN}', 'body  json'],
  'a number beyond all bounds': ['{"path":"a","sort_order":1e400}', 'body /sort_order type'],
  'a fraction for an integer': [
    '{"path":"a","sort_order":1.5}',
    'body /sort_order type, body /sort_order format',
  ],
  'a number as text': ['{"path":"a","sort_order":"1"}', 'body /sort_order type'],
  'a raw line break in a text': ['{"path":"a\nb"}', 'body  json'],
  null: ['null', 'body  type'],
  'an array': ['[]', 'body  type'],
  'a text alone': ['"path"', 'body  type'],
  'an array for an object': ['{"path":"a","metadata":[]}', 'body /metadata type'],
  'a condition for a text': ['{"path":{"$ne":null}}', 'body /path type'],
  'more entries than free data holds': [
    JSON.stringify({
      path: 'a',
      metadata: Object.fromEntries([...Array(65)].map((_, at) => [`k${at}`, at])),
    }),
    'body /metadata maxProperties',
  ],
};

test('the contract tells the rules for bodies that its schemas cannot state', () => {
  const file = join(import.meta.dirname, '../../../openapi/dist/core.openapi.json');
  const { info } = JSON.parse(readFileSync(file, 'utf8')) as { info: { description: string } };
  for (const told of [
    'U+0000',
    'lone surrogate',
    'a key twice',
    '`__proto__`',
    'nesting',
    'number of values',
  ]) {
    assert.ok(info.description.includes(told), told);
  }
});

for (const [name, [body, violation]] of Object.entries(refused)) {
  test(`a body with ${name} is refused where it breaks a rule, and nothing is written`, async () => {
    const before = await rowCounts(server);
    const answer = await post(Buffer.from(body as string));
    assert.equal(violationsIn(answer).join(', '), violation);
    assert.deepEqual(await rowCounts(server), before);
  });
}

test('no body is refused as a whole', async () => {
  const answer = await server.api('POST', path, { token });
  assert.deepEqual(violationsIn(answer), ['body  required']);
});

test('an empty body is no body, whatever its type', async () => {
  const answer = await post(Buffer.alloc(0), { 'Content-Type': 'text/plain' });
  assert.deepEqual(violationsIn(answer), ['body  required']);
});

test('names of every object are unknown fields, and change no prototype', async () => {
  const answer = await post(
    Buffer.from('{"path":"a","constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1}'),
  );
  assert.deepEqual(violationsIn(answer).sort(), [
    'body /constructor additionalProperties',
    'body /hasOwnProperty additionalProperties',
    'body /toString additionalProperties',
  ]);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

test('free data may be called constructor and prototype, is kept, and changes no prototype', async () => {
  const metadata = { constructor: { prototype: { polluted: 1 } }, toString: 'text' };
  const answer = await post(Buffer.from(JSON.stringify({ path: newPath(), metadata })));
  assert.equal(answer.status, 201);
  assert.deepEqual(answer.body.data['metadata'], metadata);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

test('a pointer of a key of 5,000 characters is told by its first 2,048', async () => {
  const key = 'k'.repeat(5000);
  const [violation = ''] = violationsIn(await post(Buffer.from(`{"${key}":1,"${key}":2}`)));
  assert.equal(violation, `body /${'k'.repeat(2047)} duplicate`);
});

test('the message of a refused body repeats nothing of it', async () => {
  const answer = await post(Buffer.from('{"path":"hidden-word", hidden-word }'));
  assert.doesNotMatch(answer.text, /hidden-word/);
});

const types = {
  'text/plain': 415,
  'application/jsonp': 415,
  'application/problem+json': 415,
  'application/x-www-form-urlencoded': 415,
  'multipart/form-data; boundary=x': 415,
  'application/json; charset=utf-7': 415,
  'application/json; charset=utf-16': 415,
  'application/json; charset=iso-8859-1': 415,
  'application/json; charset=utf-8; charset=utf-7': 415,
  'application/json; boundary=x': 415,
  'text/plain, application/json': 415,
  json: 415,
  '': 415,
  'application/json': 201,
  'application/json;': 201,
  'APPLICATION/JSON': 201,
  'application/json; charset=utf-8': 201,
  'application/json;charset="UTF-8"': 201,
};
for (const [type, status] of Object.entries(types)) {
  test(`the content type ${JSON.stringify(type)} is ${status}`, async () => {
    const answer = await post(Buffer.from(JSON.stringify({ path: newPath() })), { 'Content-Type': type });
    assert.equal(answer.status, status, answer.text);
  });
}

test('a body without a content type is 415', async () => {
  const bytes = request('{"path":"a"}', 'Content-Length: 12');
  assert.match(await sendRaw(server.url, bytes.replace(/Content-Type.*\r\n/, '')), /^HTTP\/1\.1 415 /);
});

for (const encoding of ['gzip', 'br', 'deflate', 'identity, gzip', 'unknown']) {
  test(`the content encoding ${encoding} is 415`, async () => {
    const answer = await post(Buffer.from('{"path":"a"}'), {
      'Content-Type': 'application/json',
      'Content-Encoding': encoding,
    });
    assertRefused(answer, 'UNSUPPORTED_MEDIA_TYPE');
  });
}

test('a body in chunks, without a length, is read', async () => {
  const body = `{"path":"${newPath()}"}`;
  const chunks = [...body].map((character) => `1\r\n${character}\r\n`).join('');
  const answer = await sendRaw(server.url, request(`${chunks}0\r\n\r\n`, 'Transfer-Encoding: chunked'));
  assert.match(answer, /^HTTP\/1\.1 201 /);
});

test('a body in chunks above the limit is 413', async () => {
  const chunk = `${(65_536).toString(16)}\r\n${' '.repeat(65_536)}\r\n`;
  const bytes = request(`${chunk.repeat(16)}1\r\n \r\n0\r\n\r\n`, 'Transfer-Encoding: chunked');
  assert.match(await sendRaw(server.url, bytes), /^HTTP\/1\.1 413 /);
});

test('a body of exactly the limit is read, and one byte more is 413', async () => {
  const body = JSON.stringify({ path: newPath() });
  assert.equal((await post(Buffer.from(body.padEnd(1_048_576)))).status, 201);
  assertRefused(await post(Buffer.from(body.padEnd(1_048_577))), 'PAYLOAD_TOO_LARGE');
});

test('a length above the limit is 413 before a byte of the body has come, and ends the connection', async () => {
  const answer = await sendRaw(server.url, request('', 'Content-Length: 99999999'));
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /\r\nConnection: close\r\n/i);
});

test('the limit follows the configuration', async () => {
  const small = await startTestServer({ env: { MAX_REQUEST_BODY_BYTES: '1024' } });
  after(() => small.stop());
  const body = Buffer.alloc(1025, 0x20);
  const answer = await small.api('POST', '/api/v1/auth/login', { body });
  assertRefused(answer, 'PAYLOAD_TOO_LARGE');
  assert.deepEqual(answer.body.error.details, { limit_bytes: 1024 });
});

test('as many values as a body may hold are read', async () => {
  const metadata = { list: Array(19_900).fill(1) };
  const answer = await post(Buffer.from(JSON.stringify({ path: newPath(), metadata })));
  assert.equal(answer.status, 201);
});

test('as deep as a body may be nested is read', async () => {
  const body = `{"path":"${newPath()}","metadata":{"deep":${'['.repeat(30)}${']'.repeat(30)}}}`;
  assert.equal((await post(Buffer.from(body))).status, 201);
});

test('a byte order mark is passed over', async () => {
  assert.equal((await post(Buffer.from(`\ufeff{"path":"${newPath()}"}`))).status, 201);
});

test('the body of a GET is not looked at', async () => {
  const answer = await server.api('GET', path, { token, body: Buffer.from('{') });
  assert.equal(answer.status, 200);
});

function newPath(): string {
  made += 1;
  return `made_${made}`;
}

function request(body: string, length: string): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\n${length}\r\n\r\n${body}`
  );
}

function post(body: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return server.api('POST', path, { token, body, headers });
}
