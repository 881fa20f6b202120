import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { assertRefused, sendRaw } from '../harness/server-http.ts';

const publicUrl = 'https://plystra.example.com/base';
const server = await startTestServer({ env: { SERVER_PUBLIC_URL: publicUrl } });
after(() => server.stop());
const dist = join(import.meta.dirname, '../../../openapi/dist');
const types = { json: 'application/json; charset=utf-8', yaml: 'application/yaml; charset=utf-8' } as const;
/** The servers of the committed artifact, and those that are served. */
const serversOf = { json: /"servers": \[[^\]]*\]/, yaml: /servers:\n(?: .*\n)+/ } as const;
const served = {
  json: `"servers": [\n    {\n      "url": "${publicUrl}",\n      "description": "This server."\n    }\n  ]`,
  yaml: `servers:\n  - url: "${publicUrl}"\n    description: This server.\n`,
} as const;
const contracts = ['core', 'complete-auth', 'email-transactional'];
const page = { '/docs': 'text/html', '/docs/page.js': 'text/javascript', '/docs/page.css': 'text/css' };
const bundle = { '/docs/swagger-ui-bundle.js': 'text/javascript', '/docs/swagger-ui.css': 'text/css' };

for (const contract of contracts) {
  for (const ending of ['json', 'yaml'] as const) {
    const path = `/openapi/${contract}.${ending}`;
    const name =
      contract === 'core' ? 'the committed artifact with this server in it' : 'the committed artifact';
    test(`${path} is ${name}`, async () => {
      const answer = await server.api('GET', path);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], types[ending]);
      const committed = readFileSync(join(dist, `${contract}.openapi.${ending}`), 'utf8');
      const text = contract === 'core' ? committed.replace(serversOf[ending], served[ending]) : committed;
      assert.equal(answer.text, text);
      if (contract === 'core') assert.notEqual(text, committed);
    });

    test(`${path} is 304 to who has it already`, async () => {
      const { etag } = (await server.api('GET', path)).headers;
      assert.match(etag ?? '', /^"[\w-]{20,}"$/);
      assert.equal(await statusFor(path, etag ?? ''), 304);
      assert.equal(await statusFor(path, `"old", W/${etag}`), 304);
      assert.equal(await statusFor(path, '*'), 304);
      assert.equal(await statusFor(path, '"old"'), 200);
    });
  }
}

test('the YAML and the JSON of Core name the same server', async () => {
  const { text } = await server.api('GET', '/openapi/core.json');
  assert.deepEqual(JSON.parse(text).servers, [{ url: publicUrl, description: 'This server.' }]);
  assert.ok((await server.api('GET', '/openapi/core.yaml')).text.includes(`- url: "${publicUrl}"`));
});

test('without a public URL the document names the address that is listened on', async () => {
  const local = await startTestServer();
  try {
    const [here, there] = [
      await local.api('GET', '/openapi/core.json'),
      await server.api('GET', '/openapi/core.json'),
    ];
    assert.deepEqual(JSON.parse(here.text).servers, [{ url: local.url, description: 'This server.' }]);
    assert.notEqual(here.headers.etag, there.headers.etag);
  } finally {
    await local.stop();
  }
});

test('a contract has a policy under which nothing loads', async () => {
  for (const path of ['/openapi/core.json', '/openapi/core.yaml', '/openapi/complete-auth.json']) {
    const policy = String((await server.api('GET', path)).headers['content-security-policy']);
    assert.equal(policy, "default-src 'none'; frame-ancestors 'none'");
  }
});

test('304 has no body and the same ETag', async () => {
  const { etag } = (await server.api('GET', '/openapi/core.json')).headers;
  const headers = { 'If-None-Match': etag ?? '' };
  const answer = await server.api('GET', '/openapi/core.json', { headers });
  assert.equal(answer.text, '');
  assert.equal(answer.headers.etag, etag);
  const head = `GET /openapi/core.json HTTP/1.1\r\nHost: a\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`;
  assert.match(await sendRaw(server.url, head), /^HTTP\/1\.1 304 Not Modified\r\n/);
});

test('each document has an ETag of its own', async () => {
  const paths = [...contracts.flatMap((name) => [`/openapi/${name}.json`, `/openapi/${name}.yaml`])];
  const etags = await Promise.all(paths.map(async (path) => (await server.api('GET', path)).headers.etag));
  assert.equal(new Set(etags).size, paths.length);
});

for (const [path, type] of Object.entries({ ...page, ...bundle })) {
  test(`${path} is served as ${type}`, async () => {
    const answer = await server.api('GET', path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], `${type}; charset=utf-8`);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  });

  test(`${path} has a policy under which only this server's own scripts run`, async () => {
    const policy = String((await server.api('GET', path)).headers['content-security-policy']);
    const directives = new Map(
      policy.split('; ').map((text) => [text.split(' ')[0], text.split(' ').slice(1)] as const),
    );
    assert.deepEqual(directives.get('default-src'), ["'none'"]);
    assert.deepEqual(directives.get('script-src'), ["'self'"]);
    assert.deepEqual(directives.get('style-src'), ["'self'"]);
    assert.deepEqual(directives.get('connect-src'), ["'self'"]);
    assert.deepEqual(directives.get('base-uri'), ["'none'"]);
    assert.deepEqual(directives.get('form-action'), ["'none'"]);
    assert.deepEqual(directives.get('frame-ancestors'), ["'none'"]);
    assert.doesNotMatch(policy, /unsafe-|\*|https?:/);
  });
}

for (const path of Object.keys(page)) {
  test(`${path} names no other host`, async () => {
    const { text } = await server.api('GET', path);
    assert.doesNotMatch(text, /https?:|["'(]\/\/|@import/);
  });
}

test('the page loads nothing but files that this server serves', async () => {
  const { text } = await server.api('GET', '/docs');
  const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  assert.ok(loaded.length >= 4);
  for (const path of loaded) assert.equal((await server.api('GET', path)).status, 200, path);
});

test('the page has no script, no handler and no style in its HTML', async () => {
  const { text } = await server.api('GET', '/docs');
  assert.doesNotMatch(text, /<script>|<script [^>]*>[^<]|\son[a-z]+=|javascript:|<style|\sstyle=/i);
});

test('a document takes GET and HEAD only', async () => {
  assert.equal((await server.api('HEAD', '/openapi/core.json')).status, 200);
  const answer = await server.api('POST', '/openapi/core.json', { body: {} });
  assertRefused(answer, 'METHOD_NOT_ALLOWED');
  assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
  const options = await server.api('OPTIONS', '/docs');
  assert.equal(options.status, 204);
  assert.equal(options.headers.allow, 'GET, HEAD, OPTIONS');
});

for (const path of [
  '/openapi/core.JSON',
  '/openapi/core',
  '/openapi/',
  '/docs/',
  '/docs/../package.json',
  '/docs/page.html',
  '/docs/%2e%2e/package.json',
  '/openapi/auth.json',
]) {
  test(`${path} is no document`, async () => {
    assertRefused(await server.api('GET', path), 'ROUTE_NOT_FOUND');
  });
}

async function statusFor(path: string, ifNoneMatch: string): Promise<number> {
  return (await server.api('GET', path, { headers: { 'If-None-Match': ifNoneMatch } })).status;
}
