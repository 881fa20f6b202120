import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { insertSuperAdmin } from '../harness/server-credentials.ts';
import { assertRefused, sendRaw, violationsIn } from '../harness/server-http.ts';
import { insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const { token } = await insertSuperAdmin(server);

const unknownPaths = {
  'a slash at its end': '/api/v1/health/',
  'another case': '/api/v1/Health',
  'another case of the version': '/API/v1/health',
  'an empty segment': '/api/v1/spaces//groups',
  'two slashes in front': '//api/v1/health',
  'a segment too many': '/api/v1/health/more',
  'dots in it': '/api/v1/../v1/health',
  'an escaped letter of its own name': '/api/v1/%68ealth',
  'a matrix parameter': '/api/v1/health;v=1',
};
for (const [name, path] of Object.entries(unknownPaths)) {
  test(`a path with ${name} is another path`, async () => {
    assertRefused(await server.api('GET', path, { token }), 'ROUTE_NOT_FOUND');
  });
}

const ids = {
  'an escaped slash': ['a%2Fb', 'pattern'],
  'a plus sign, which is no space': ['a+b', 'pattern'],
  'an escaped space': ['a%20b', 'pattern'],
  'an escaped NUL': ['a%00b', 'characters'],
  'a broken escape': ['a%zz', 'encoding'],
  'an escape that ends early': ['a%2', 'encoding'],
  'broken UTF-8': ['a%ff', 'encoding'],
  'an overlong escape': ['%c0%af', 'encoding'],
  'one dot': ['%2e', 'pattern'],
  'two dots': ['%2e%2e', 'pattern'],
} as const;
for (const [name, [id, rule]] of Object.entries(ids)) {
  test(`an id in a path with ${name} is refused by the rule ${rule}`, async () => {
    const answer = await server.api('GET', `/api/v1/spaces/${id}/groups`, { token });
    assertRefused(answer, 'VALIDATION_FAILED');
    assert.deepEqual(violationsIn(answer), [`path /space_id ${rule}`]);
  });
}

test('an id of 128 characters in a path is looked up, one of 129 is refused', async () => {
  assertRefused(await server.api('GET', `/api/v1/groups/${'a'.repeat(128)}`, { token }), 'GROUP_NOT_FOUND');
  const answer = await server.api('GET', `/api/v1/groups/${'a'.repeat(129)}`, { token });
  assert.ok(violationsIn(answer).includes('path /group_id maxLength'));
});

test('an escaped letter in an id is that letter', async () => {
  const answer = await server.api('GET', '/api/v1/groups/group%5f1', { token });
  assert.equal(answer.body.data['id'], 'group_1');
});

test('HEAD answers as GET does, without a body', async () => {
  const get = await server.api('GET', '/api/v1/groups/group_1', { token });
  const head = await server.api('HEAD', '/api/v1/groups/group_1', { token });
  assert.equal(head.status, 200);
  assert.equal(head.text, '');
  assert.equal(head.headers['content-length'], get.headers['content-length']);
  assert.equal(head.headers.etag, get.headers.etag);
});

test('HEAD of a path that takes POST only is 405', async () => {
  const answer = await server.api('HEAD', '/api/v1/authz/check');
  assert.equal(answer.status, 405);
  assert.equal(answer.headers.allow, 'OPTIONS, POST');
});

test('OPTIONS of a known path is 204 and names its methods', async () => {
  const answer = await server.api('OPTIONS', '/api/v1/spaces/space_1/groups');
  assert.equal(answer.status, 204);
  assert.equal(answer.text, '');
  assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS, POST');
});

test('OPTIONS of an unknown path is 404', async () => {
  assertRefused(await server.api('OPTIONS', '/api/v1/nothing'), 'ROUTE_NOT_FOUND');
});

for (const method of ['TRACE', 'PUT', 'PROPFIND', 'PURGE']) {
  test(`${method} is 405 with Allow`, async () => {
    const answer = await server.api(method, '/api/v1/health');
    assertRefused(answer, 'METHOD_NOT_ALLOWED');
    assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
  });
}

for (const header of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
  test(`${header} changes no method`, async () => {
    const answer = await server.api('POST', '/api/v1/health', { headers: { [header]: 'GET' } });
    assertRefused(answer, 'METHOD_NOT_ALLOWED');
  });
}

const targets = {
  'a whole URL': ['http://elsewhere.example/api/v1/health', 200],
  'a whole URL with a port that is none': ['http://a:b/api/v1/health', 200],
  'a whole URL with a broken IPv6 host': ['http://[::1/api/v1/health', 200],
  'a whole URL without a path': ['http://elsewhere.example', 404],
  'a whole URL with a query alone': ['http://elsewhere.example?a=b', 404],
  'an asterisk': ['*', 404],
  'a broken host after two slashes': ['//[::1/', 404],
  'a fragment': ['/api/v1/health#part', 200],
  'a scheme that is none of ours': ['javascript://[/api', 404],
} as const;
for (const [name, [target, status]] of Object.entries(targets)) {
  test(`a request target that is ${name} is answered with ${status}, and the server goes on`, async () => {
    const answer = await sendRaw(
      server.url,
      `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal((await server.api('GET', '/api/v1/health')).status, 200);
  });
}

const noHttp = {
  'no HTTP at all': 'HELLO\r\n\r\n',
  'a header without a name': 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n',
  'two lengths': 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'a length and chunks':
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'no Host': 'GET /api/v1/health HTTP/1.1\r\nConnection: close\r\n\r\n',
};
for (const [name, bytes] of Object.entries(noHttp)) {
  test(`bytes with ${name} are 400, and the server goes on`, async () => {
    assert.match(await sendRaw(server.url, bytes), /^HTTP\/1\.1 400 /);
    assert.equal((await server.api('GET', '/api/v1/health')).status, 200);
  });
}
