import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';

const direct = await startTestServer();
const proxied = await startTestServer({ env: { TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' } });
after(async () => {
  await direct.stop();
  await proxied.stop();
});

test('without trusted proxies the peer is the client, whatever the headers say', async () => {
  for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'CF-Connecting-IP']) {
    assert.equal(await addressSeen(direct, { [name]: '203.0.113.9' }), '127.0.0.1');
  }
});

const seen: Readonly<Record<string, readonly [headers: Record<string, string>, address: string]>> = {
  'the entry that our proxy wrote, not what the client claims': [
    { 'X-Forwarded-For': '198.51.100.1, 203.0.113.9' },
    '203.0.113.9',
  ],
  'what stands before our own proxies': [
    { 'X-Forwarded-For': '198.51.100.1, 203.0.113.9, 10.1.2.3' },
    '203.0.113.9',
  ],
  'the last good entry before a broken one': [{ 'X-Forwarded-For': 'nonsense, 10.1.2.3' }, '10.1.2.3'],
  'X-Real-IP where there is no X-Forwarded-For': [{ 'X-Real-IP': '203.0.113.7' }, '203.0.113.7'],
  'X-Forwarded-For rather than X-Real-IP': [
    { 'X-Forwarded-For': '203.0.113.9', 'X-Real-IP': '203.0.113.7' },
    '203.0.113.9',
  ],
  'an IPv6 address in its shortest form': [{ 'X-Forwarded-For': '2001:DB8:0:0::1' }, '2001:db8::1'],
  'the peer where the headers say nothing': [{}, '127.0.0.1'],
};
for (const [name, [headers, address]] of Object.entries(seen)) {
  test(`behind a trusted proxy the client is ${name}`, async () => {
    assert.equal(await addressSeen(proxied, headers), address);
  });
}

async function addressSeen(server: TestServer, headers: Record<string, string>): Promise<unknown> {
  const answer = await server.api('GET', '/api/v1/health', { headers });
  return (await server.logOf(answer.body.request_id))[0]?.['remote_ip'];
}
