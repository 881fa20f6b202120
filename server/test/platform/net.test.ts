import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressBucket, ClientAddress, parseAddress, parseCidr } from '../../src/platform/net/index.ts';

describe('parseAddress', () => {
  test('gives the canonical text', () => {
    const canonical = {
      '192.0.2.1': '192.0.2.1',
      '::': '::',
      '::1': '::1',
      '2001:DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
      '2001:0:0:1:0:0:0:1': '2001:0:0:1::1',
      '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
      '::ffff:c000:0201': '192.0.2.1',
      '::FFFF:192.0.2.1': '192.0.2.1',
      '64:ff9b::192.0.2.1': '64:ff9b::c000:201',
    };
    for (const [text, expected] of Object.entries(canonical))
      assert.equal(parseAddress(text)?.text, expected, text);
  });

  test('refuses what is no address', () => {
    for (const text of [
      '',
      'localhost',
      '1.2.3',
      '010.0.0.1',
      '1.2.3.4 ',
      '0x7f.1',
      'fe80::1%eth0',
      '1::2::3',
      '[::1]',
    ]) {
      assert.equal(parseAddress(text), null, text);
    }
  });
});

describe('parseCidr', () => {
  test('reads addresses and networks of both families, and unwraps IPv4', () => {
    assert.deepEqual(parseCidr('10.0.0.0/8'), { cidr: { family: 4, address: '10.0.0.0', prefix: 8 } });
    assert.deepEqual(parseCidr('192.0.2.7'), { cidr: { family: 4, address: '192.0.2.7', prefix: 32 } });
    assert.deepEqual(parseCidr('2001:db8::/33'), { cidr: { family: 6, address: '2001:db8::', prefix: 33 } });
    assert.deepEqual(parseCidr('::ffff:10.0.0.0/104'), {
      cidr: { family: 4, address: '10.0.0.0', prefix: 8 },
    });
  });

  test('refuses bad prefix lengths and bits after the prefix', () => {
    const bad = [
      '10.0.0.0/8x',
      '10.0.0.0/1e3',
      '10.0.0.0/',
      '10.0.0.0/08',
      '10.0.0.0/-1',
      '10.0.0.0/33',
      '::/129',
    ];
    for (const text of [
      ...bad,
      '10.0.0.0/8/8',
      '10.0.0.0 /8',
      '::ffff:10.0.0.0/8',
      '10.0.0.1/8',
      '2001:db8::1/32',
    ]) {
      assert.ok('problem' in parseCidr(text), text);
    }
    assert.match(JSON.stringify(parseCidr('10.1.2.3/8')), /the network is 10\.0\.0\.0\/8/);
  });
});

describe('ClientAddress', () => {
  const resolver = new ClientAddress(['10.0.0.0/8', '2001:db8:ffff::/48']);
  const behindProxy = (forwardedFor: string | string[], realIp?: string): string | null =>
    resolver.resolve({ socketAddress: '10.0.0.1', forwardedFor, realIp });

  test('headers of a peer that is not trusted mean nothing', () => {
    const evidence = {
      socketAddress: '::ffff:192.0.2.9',
      forwardedFor: '198.51.100.1',
      realIp: '198.51.100.2',
    };
    assert.equal(resolver.resolve(evidence), '192.0.2.9');
    assert.equal(new ClientAddress([]).resolve({ ...evidence, socketAddress: '10.0.0.1' }), '10.0.0.1');
  });

  test('the first hop from the right that is not trusted is the client, whatever stands left of it', () => {
    assert.equal(behindProxy('6.6.6.6, 198.51.100.7, 10.9.9.9'), '198.51.100.7');
    assert.equal(behindProxy(['6.6.6.6', '198.51.100.7, 2001:db8:ffff::1']), '198.51.100.7');
    assert.equal(behindProxy('10.3.3.3,10.2.2.2'), '10.3.3.3');
  });

  test('a malformed entry ends the walk at the last good one', () => {
    assert.equal(behindProxy('198.51.100.7, unknown, 10.9.9.9'), '10.9.9.9');
    assert.equal(behindProxy('198.51.100.7, '), '10.0.0.1');
    assert.equal(behindProxy('not an address'), '10.0.0.1');
  });

  test('entries with a port are understood', () => {
    assert.equal(behindProxy('198.51.100.7:4711'), '198.51.100.7');
    assert.equal(behindProxy('[2001:db8::7]:4711'), '2001:db8::7');
  });

  test('X-Real-IP counts only without X-Forwarded-For', () => {
    assert.equal(behindProxy('', '198.51.100.2'), '198.51.100.2');
    assert.equal(behindProxy('198.51.100.7', '198.51.100.2'), '198.51.100.7');
    assert.equal(behindProxy('', 'nonsense'), '10.0.0.1');
  });

  test('at most 20 hops and the last KiB are looked at', () => {
    const trusted = (count: number): string =>
      Array.from({ length: count }, (_, i) => `10.0.1.${i}`).join(',');
    assert.equal(behindProxy(`198.51.100.7,${trusted(19)}`), '198.51.100.7');
    assert.equal(behindProxy(`198.51.100.7,${trusted(20)}`), '10.0.1.0');
    assert.equal(behindProxy(`198.51.100.7,${' '.repeat(1100)}10.0.1.5`), '10.0.0.1');
    assert.equal(behindProxy(`${'6.6.6.6,'.repeat(100_000)}198.51.100.7`), '198.51.100.7');
  });

  test('a connection without address has none, and a zone is not part of it', () => {
    assert.equal(resolver.resolve({ socketAddress: undefined, forwardedFor: '198.51.100.1' }), null);
    assert.equal(resolver.resolve({ socketAddress: 'fe80::1%eth0' }), 'fe80::1');
  });

  test('a bad network is refused by name', () => {
    assert.throws(() => new ClientAddress(['10.0.0.0/8', '10.0.0.0/8x']), /"10\.0\.0\.0\/8x"/);
  });
});

test('throttle buckets are single IPv4 addresses, /64 networks of IPv6, and one for all the rest', () => {
  assert.equal(addressBucket('192.0.2.1'), '192.0.2.1/32');
  assert.equal(addressBucket('::ffff:192.0.2.1'), '192.0.2.1/32');
  assert.equal(addressBucket('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(addressBucket('2001:DB8:1:2::1'), addressBucket('2001:db8:1:2:ffff::'));
  assert.notEqual(addressBucket('2001:db8:1:3::1'), addressBucket('2001:db8:1:2::1'));
  assert.equal(addressBucket(null), addressBucket('nonsense'));
});
