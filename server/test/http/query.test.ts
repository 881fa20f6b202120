import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { insertSuperAdmin } from '../harness/server-credentials.ts';
import { violationsIn } from '../harness/server-http.ts';
import { insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const { token } = await insertSuperAdmin(server);
const other = await insertSuperAdmin(server, 'other');
const groups = '/api/v1/spaces/space_1/groups';

const bad: Readonly<Record<string, readonly [query: string, violations: readonly string[]]>> = {
  'an unknown parameter': ['?limits=5', ['query /limits additionalProperties']],
  'an unknown parameter without a value': ['?x', ['query /x additionalProperties']],
  'a known one in another case': ['?Limit=5', ['query /Limit additionalProperties']],
  'a known one with brackets': ['?limit[]=5', ['query /limit[] additionalProperties']],
  'a parameter named __proto__': ['?__proto__=1', ['query /__proto__ additionalProperties']],
  'the id of the path': ['?space_id=space_2', ['query /space_id additionalProperties']],
  'a token': ['?access_token=x', ['query /access_token additionalProperties']],
  'the same parameter twice': ['?limit=1&limit=2', ['query /limit duplicate']],
  'the same parameter twice alike': ['?limit=1&limit=1', ['query /limit duplicate']],
  'a limit of zero': ['?limit=0', ['query /limit minimum']],
  'a negative limit': ['?limit=-1', ['query /limit minimum']],
  'a limit above the most': ['?limit=201', ['query /limit maximum']],
  'a limit that is a fraction': ['?limit=1.0', ['query /limit type']],
  'a limit with an exponent': ['?limit=1e1', ['query /limit type']],
  'a limit in hexadecimal digits': ['?limit=0x10', ['query /limit type']],
  'a limit with a zero in front': ['?limit=05', ['query /limit type']],
  'a limit with a plus sign': ['?limit=%2B5', ['query /limit type']],
  'a limit with a space': ['?limit=5+', ['query /limit type']],
  'a limit in other digits': ['?limit=%D9%A5', ['query /limit type']],
  'an empty limit': ['?limit=', ['query /limit type']],
  'a limit without a value': ['?limit', ['query /limit type']],
  'a limit of sixteen digits': ['?limit=1000000000000000', ['query /limit type']],
  'broken UTF-8': ['?cursor=%ff', ['query  encoding']],
  'a broken escape': ['?cursor=%zz', ['query  encoding']],
  'a broken escape in a name': ['?%zz=1', ['query  encoding']],
  'U+0000': ['?cursor=%00', ['query /cursor characters']],
  'an empty cursor': ['?cursor=', ['query /cursor minLength']],
  'a cursor above its bound': [`?cursor=${'a'.repeat(2049)}`, ['query /cursor maxLength']],
  'a cursor that was made up': ['?cursor=abc', ['query /cursor cursor']],
  'two broken rules': ['?limit=x&y=1', ['query /limit type', 'query /y additionalProperties']],
};
for (const [name, [query, violations]] of Object.entries(bad)) {
  test(`a query with ${name} is 400 and tells where`, async () => {
    const answer = await server.api('GET', groups + query, { token });
    assert.equal(answer.status, 400);
    assert.deepEqual(violationsIn(answer).sort(), violations);
  });
}

const good = {
  'no pair': '?',
  'empty pairs': '?&&',
  'an escaped name': '?%6cimit=5',
  'the most': '?limit=200',
};
for (const [name, query] of Object.entries(good)) {
  test(`a query with ${name} is fine`, async () => {
    assert.equal((await server.api('GET', groups + query, { token })).status, 200);
  });
}

test('not more than 100 violations are told', async () => {
  const answer = await server.api('GET', `${groups}?${'x&'.repeat(3000)}`, { token });
  assert.equal(violationsIn(answer).length, 100);
});

test('a name that nobody declared is told by its first 64 characters', async () => {
  const answer = await server.api('GET', `${groups}?${'n'.repeat(5000)}=1`, { token });
  assert.deepEqual(violationsIn(answer), [`query /${'n'.repeat(64)} additionalProperties`]);
});

test('a cursor leads to the rest, each entry once', async () => {
  const first = await page(`?limit=1`);
  const second = await page(`?limit=1&cursor=${first.cursor}`);
  assert.deepEqual([...first.ids, ...second.ids], ['group_1', 'group_1_apac']);
  assert.equal(second.cursor, null);
});

test('a cursor is of no use in another list', async () => {
  const { cursor } = await page('?limit=1');
  const answer = await server.api('GET', `/api/v1/spaces/space_2/groups?cursor=${cursor}`, { token });
  assert.deepEqual(violationsIn(answer), ['query /cursor cursor']);
});

test('a cursor is of no use to another caller', async () => {
  const { cursor } = await page('?limit=1');
  const answer = await server.api('GET', `${groups}?cursor=${cursor}`, { token: other.token });
  assert.deepEqual(violationsIn(answer), ['query /cursor cursor']);
});

test('a cursor that was changed in one character is refused', async () => {
  const { cursor } = await page('?limit=1');
  const changed = `${cursor?.slice(0, -3)}${cursor?.at(-3) === 'A' ? 'B' : 'A'}${cursor?.slice(-2)}`;
  const answer = await server.api('GET', `${groups}?cursor=${changed}`, { token });
  assert.deepEqual(violationsIn(answer), ['query /cursor cursor']);
});

async function page(query: string): Promise<{ ids: string[]; cursor: string | null }> {
  const { text } = await server.api('GET', groups + query, { token });
  const { data, pagination } = JSON.parse(text) as {
    data: { id: string }[];
    pagination: { cursor: string | null };
  };
  return { ids: data.map(({ id }) => id), cursor: pagination.cursor };
}
