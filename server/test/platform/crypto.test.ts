import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  apiKeyPrefix,
  constantTimeEqual,
  deriveKey,
  editDistance,
  isToken,
  mintApiKey,
  mintToken,
  parseApiKey,
  Sealer,
  TokenHasher,
} from '../../src/platform/crypto/index.ts';

const OLD = { current: 'old secret', previous: [] };
const NEW = { current: 'new secret', previous: ['older secret', 'old secret'] };

describe('deriveKey', () => {
  test('is HKDF-SHA-256 over secret and label', () => {
    const expected = Buffer.from(hkdfSync('sha256', 'secret', 'plystra/hkdf/v1', 'session', 32));
    assert.deepEqual(deriveKey('secret', 'session'), expected);
    assert.notDeepEqual(deriveKey('secret', 'session'), deriveKey('secret', 'refresh'));
  });

  test('refuses an empty secret or label', () => {
    assert.throws(() => deriveKey('', 'x'), RangeError);
    assert.throws(() => deriveKey('x', ''), RangeError);
  });
});

describe('TokenHasher', () => {
  test('hashes are keyed by secret and purpose', () => {
    const hash = new TokenHasher(OLD, 'session').hash('token');
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(hash, new TokenHasher(OLD, 'session').hash('token'));
    assert.notEqual(hash, new TokenHasher(OLD, 'refresh').hash('token'));
    assert.notEqual(hash, new TokenHasher(NEW, 'session').hash('token'));
  });

  test('candidates find rows of previous secrets, the current one first', () => {
    const stored = new TokenHasher(OLD, 'session').hash('token');
    const hasher = new TokenHasher(NEW, 'session');
    const candidates = hasher.candidates('token');
    assert.equal(candidates.length, 3);
    assert.equal(candidates[0], hasher.hash('token'));
    assert.ok(candidates.includes(stored));
  });

  test('a secret that is listed twice counts once', () => {
    const hasher = new TokenHasher({ current: 'a', previous: ['a', 'b', 'b'] }, 'session');
    assert.equal(hasher.candidates('token').length, 2);
  });
});

describe('tokens', () => {
  test('have their prefix and 256 bits', () => {
    const token = mintToken('ply_at_');
    assert.match(token, /^ply_at_[0-9a-f]{64}$/);
    assert.ok(isToken(token, 'ply_at_'));
    assert.notEqual(token, mintToken('ply_at_'));
    for (const other of [`${token}0`, token.slice(1), token.toUpperCase(), token.replace('at', 'rt'), '']) {
      assert.ok(!isToken(other, 'ply_at_'), other);
    }
  });

  test('API keys give back their id, dots in it included', () => {
    for (const id of ['ak_0123456789abcdef', 'a', 'a.b', `x${'.'.repeat(127)}`, 'k.0123']) {
      const key = mintApiKey(id);
      assert.ok(key.startsWith(`${apiKeyPrefix(id)}.`));
      assert.deepEqual(parseApiKey(key), { id, secret: key.slice(-64) });
    }
    assert.throws(() => mintApiKey('_bad'), RangeError);
  });

  test('what is no API key gives null and never throws', () => {
    const key = mintApiKey('ak_1');
    const secret = key.slice(-64);
    const texts = [
      key.replace('ply_ak_', 'ply_at_'),
      '',
      'ply_ak_',
      `ply_ak_.${secret}`,
      `ply_ak_${secret}`,
      ` ${key}`,
      `${key} `,
      `${key}\n`,
      key.toUpperCase(),
    ];
    const longId = `ply_ak_${'x'.repeat(129)}.${secret}`;
    for (const text of [
      ...texts,
      longId,
      `ply_ak_a b.${secret}`,
      key.slice(0, -1),
      `.${secret}`,
      '.'.repeat(1e6),
    ]) {
      assert.equal(parseApiKey(text), null);
    }
    for (const other of [null, undefined, 7, {}, [key]]) assert.equal(parseApiKey(other), null);
  });

  test('texts are compared whole, whatever their lengths', () => {
    assert.ok(constantTimeEqual('same', 'same'));
    assert.ok(!constantTimeEqual('same', 'same '));
    assert.ok(!constantTimeEqual('', 'x'));
  });
});

describe('Sealer', () => {
  const sealer = new Sealer(NEW, 'cursor');

  test('opens what it sealed, for the same associated data only', () => {
    const sealed = sealer.seal('{"id":"é"}', 'listUsers|usr_1');
    assert.match(sealed, /^[A-Za-z0-9_-]+$/);
    assert.equal(sealer.open(sealed, 'listUsers|usr_1'), '{"id":"é"}');
    assert.equal(sealer.open(sealed, 'listUsers|usr_2'), null);
    assert.equal(sealer.open(sealed, ''), null);
    assert.equal(sealer.open(sealer.seal('', ''), ''), '');
  });

  test('the same text is sealed differently each time', () => {
    assert.notEqual(sealer.seal('x', ''), sealer.seal('x', ''));
  });

  test('a previous secret still opens, a secret that was dropped does not', () => {
    const old = new Sealer(OLD, 'cursor').seal('text', 'a');
    assert.equal(sealer.open(old, 'a'), 'text');
    assert.equal(new Sealer({ current: 'new secret', previous: [] }, 'cursor').open(old, 'a'), null);
    assert.equal(new Sealer(OLD, 'cursor').open(sealer.seal('text', 'a'), 'a'), null);
  });

  test('another purpose does not open', () => {
    assert.equal(new Sealer(NEW, 'token-pair').open(sealer.seal('text', ''), ''), null);
  });

  test('no altered, cut or lengthened text opens', () => {
    const sealed = sealer.seal('text', 'a');
    for (let index = 0; index < sealed.length; index += 1) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      assert.equal(
        sealer.open(sealed.slice(0, index) + other + sealed.slice(index + 1), 'a'),
        null,
        `at ${index}`,
      );
      assert.equal(sealer.open(sealed.slice(0, index), 'a'), null);
    }
    for (const text of [`${sealed}A`, `${sealed}=`, ` ${sealed}`, `${sealed}\n`, 'é', 'A'.repeat(1e6)]) {
      assert.equal(sealer.open(text, 'a'), null);
    }
  });
});

test('edit distance is exact up to its limit and stops there', () => {
  const cases: [string, string, number][] = [
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['same', 'same', 0],
    ['😀a', 'a', 1],
    ['flaw', 'lawn', 2],
  ];
  for (const [left, right, distance] of cases) {
    assert.equal(editDistance(left, right, 5), distance, `${left} ${right}`);
    assert.equal(editDistance(right, left, 5), distance);
    assert.equal(editDistance(left, right, distance), distance);
    if (distance > 0) assert.equal(editDistance(left, right, distance - 1), distance);
  }
  assert.equal(editDistance('a'.repeat(100), 'b'.repeat(100), 3), 4);
});
