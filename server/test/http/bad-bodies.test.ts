import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey, insertSuperAdmin } from '../harness/server-credentials.ts';
import { type Answer, assertRefused, type Sent, violationsIn } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld, rowCounts } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const { token } = await insertSuperAdmin(server);
const { key } = await insertApiKey(server, { permissions: ['authz:check'] });

/** An operation with a body that it accepts, and a text field of it with its bound. */
type Case = {
  readonly path: string;
  readonly method?: string;
  readonly credential: Sent;
  readonly body: Readonly<Record<string, unknown>>;
  readonly field: string;
  readonly bound: number;
  /** What else is wrong with a text in `field` that is too long. */
  readonly alsoTooLong?: string;
};

const cases: Readonly<Record<string, Case>> = {
  createGroup: {
    path: '/api/v1/spaces/space_1/groups',
    credential: { token },
    body: { path: 'sales' },
    field: 'name',
    bound: 200,
  },
  updateGroup: {
    path: '/api/v1/spaces/space_1/groups/group_1',
    method: 'PATCH',
    credential: { token },
    body: { sort_order: 5 },
    field: 'name',
    bound: 200,
  },
  checkAuthorization: {
    path: '/api/v1/authz/check',
    credential: { key },
    body: allowedQuestion,
    field: 'resource_id',
    bound: 128,
    alsoTooLong: 'pattern',
  },
  createUser: {
    path: '/api/v1/users',
    credential: { token },
    body: { email: 'new@example.com' },
    field: 'username',
    bound: 200,
  },
  register: {
    path: '/api/v1/auth/register',
    credential: {},
    body: { email: 'first@example.com', password: 'correct battery staple horses' },
    field: 'member_display_name',
    bound: 200,
  },
  login: {
    path: '/api/v1/auth/login',
    credential: {},
    body: { email: 'user_1@example.com' },
    field: 'password',
    bound: 256,
  },
  createSpaceResource: {
    path: '/api/v1/spaces/space_1/resources',
    credential: { token },
    body: { resource_type: 'invoice' },
    field: 'display_name',
    bound: 200,
  },
  createRole: {
    path: '/api/v1/spaces/space_1/roles',
    credential: { token },
    body: { key: 'reader' },
    field: 'name',
    bound: 200,
  },
};

for (const [id, { path, method = 'POST', credential, body, field, bound, alsoTooLong }] of Object.entries(
  cases,
)) {
  const good = { ...body, [field]: body[field] ?? 'x' };
  const text = JSON.stringify(good);
  const post = (sent: Sent): Promise<Answer> => server.api(method, path, { ...credential, ...sent });
  const raw = (bytes: string | Buffer): Sent => ({
    body: Buffer.from(bytes as string),
    headers: { 'Content-Type': 'application/json' },
  });
  const tooDeep = `{"surplus":${'['.repeat(32)}${']'.repeat(32)},${text.slice(1)}`;
  const tooLong = [`body /${field} maxLength`, ...(alsoTooLong ? [`body /${field} ${alsoTooLong}`] : [])];

  const violating: Readonly<Record<string, readonly [sent: Sent, violations: readonly string[]]>> = {
    'an unknown field': [{ body: { ...good, surplus: 1 } }, ['body /surplus additionalProperties']],
    'a value of the wrong type': [{ body: { ...good, [field]: 1 } }, [`body /${field} type`]],
    'a text that is too long': [{ body: { ...good, [field]: 'x'.repeat(bound + 1) } }, tooLong],
    'a value that is nested too deep': [raw(tooDeep), [`body /surplus${'/0'.repeat(31)} depth`]],
    'a key that stands twice': [raw(`{"${field}":"a",${text.slice(1)}`), [`body /${field} duplicate`]],
    'the key __proto__': [
      raw(`{"__proto__":{"polluted":true},${text.slice(1)}`),
      ['body /__proto__ prototype'],
    ],
    'more behind its end': [raw(`${text} {}`), ['body  trailing']],
    'broken UTF-8': [
      raw(Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])),
      ['body  utf8'],
    ],
  };
  const unread: Readonly<Record<string, readonly [Sent, 'UNSUPPORTED_MEDIA_TYPE' | 'PAYLOAD_TOO_LARGE']>> = {
    'another content type': [
      { body: good, headers: { 'Content-Type': 'text/plain' } },
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    'a size above the limit': [raw(text.padEnd(1_048_577)), 'PAYLOAD_TOO_LARGE'],
  };

  describe(`${id} refuses, and nothing is written:`, () => {
    for (const [name, [sent, violations]] of Object.entries(violating)) {
      test(`a body with ${name}`, async () => {
        const before = await rowCounts(server);
        const answer = await post(sent);
        assert.equal(answer.status, 400);
        assert.deepEqual(violationsIn(answer).sort(), violations);
        assert.equal(({} as { polluted?: unknown }).polluted, undefined);
        assert.deepEqual(await rowCounts(server), before);
      });
    }

    for (const [name, [sent, code]] of Object.entries(unread)) {
      test(`a body with ${name}`, async () => {
        const before = await rowCounts(server);
        assertRefused(await post(sent), code);
        assert.deepEqual(await rowCounts(server), before);
      });
    }
  });

  test(`${id} accepts the body that was spoilt above`, async () => {
    const answer = await post({ body: good });
    assert.notEqual(answer.body.error?.code, 'VALIDATION_FAILED', answer.text);
    assert.ok([200, 201, 401, 403].includes(answer.status), answer.text);
  });
}
