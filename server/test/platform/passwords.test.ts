import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import {
  CURRENT_COST,
  commonPasswords,
  decoyHash,
  HashQueue,
  HashQueueFull,
  hashPassword,
  needsRehash,
  PasswordHasher,
  passwordPolicy,
  verifyPassword,
} from '../../src/platform/crypto/index.ts';

const CHEAP = { memory: 64, passes: 1, parallelism: 1 };

describe('password hashes', () => {
  test('are PHC strings of the current cost, salted', async () => {
    const hash = await hashPassword('k7 vivid oxbow lattice');
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.ok(await verifyPassword('k7 vivid oxbow lattice', hash));
    assert.ok(!(await verifyPassword('k7 vivid oxbow lattice ', hash)));
    assert.ok(!needsRehash(hash));
    assert.notEqual(await hashPassword('x', CHEAP), await hashPassword('x', CHEAP));
  });

  test('agree with a hash that another implementation made', async () => {
    // The reference implementation's own test: argon2id, v=19, t=2, m=256, p=1, "password", "somesalt".
    const known = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    assert.ok(await verifyPassword('password', known));
    assert.ok(!(await verifyPassword('Password', known)));
    assert.ok(needsRehash(known));
  });

  test('do not depend on how a keyboard composes characters', async () => {
    const hash = await hashPassword('caf\u00e9 \ufb01n', CHEAP);
    assert.ok(await verifyPassword('cafe\u0301 fin', hash));
  });

  test('have one spelling', async () => {
    const hash = await hashPassword('x', CHEAP);
    // The last digit holds two bits that count for nothing: four digits give the same bytes.
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const other = hash.slice(0, -1) + (digits[digits.indexOf(hash.slice(-1)) + 1] ?? '');
    const bytes = (text: string): string => Buffer.from(text.slice(-43), 'base64').toString('hex');
    assert.equal(bytes(other), bytes(hash));
    assert.ok(!(await verifyPassword('x', other)));
  });

  test('of another cost, or unreadable, want to be replaced', async () => {
    assert.ok(needsRehash(await hashPassword('x', CHEAP)));
    assert.ok(needsRehash('nonsense'));
    assert.ok(!needsRehash(decoyHash()));
    assert.deepEqual(CURRENT_COST, { memory: 19_456, passes: 2, parallelism: 1 });
  });

  test('that are malformed or beyond the bounds are false without work', async () => {
    const salt = 'c29tZXNhbHRzb21lc2FsdA';
    const tag = 'A'.repeat(43);
    const make = (cost: string, s = salt, t = tag): string => `$argon2id$v=19$${cost}$${s}$${t}`;
    const bad = [
      '',
      'nonsense',
      make('m=1048577,t=1,p=1'),
      make('m=64,t=11,p=1'),
      make('m=64,t=0,p=1'),
      make('m=1024,t=1,p=17'),
      make('m=7,t=1,p=1'),
      make('m=31,t=1,p=4'),
      make('m=64,t=1,p=0'),
      make('m=9999999999,t=1,p=1'),
      make('m=064,t=1,p=1'),
      make('m=64,t=1,p=1', 'c29t'),
      make('m=64,t=1,p=1', salt, 'AAAA'),
      make('m=64,t=1,p=1', salt, `${'A'.repeat(42)}B`),
      make('m=64,t=1,p=1', `${salt}==`),
      make('m=64,t=1,p=1').replace('argon2id', 'argon2i'),
      make('m=64,t=1,p=1').replace('v=19', 'v=16'),
      `${make('m=64,t=1,p=1')}\n`,
      `$2b$12$${'a'.repeat(53)}`,
      '$'.repeat(1e6),
    ];
    for (const stored of bad)
      assert.equal(await verifyPassword('password', stored), false, stored.slice(0, 80));
  });
});

describe('PasswordHasher', () => {
  test('hashes and verifies through its queue', async () => {
    const hasher = new PasswordHasher({ cost: CHEAP });
    const hash = await hasher.hash('a password');
    assert.equal(await hasher.verify('a password', hash), true);
    assert.equal(await hasher.verify('another', hash), false);
    assert.equal(hasher.needsRehash(hash), false);
    assert.equal(new PasswordHasher().needsRehash(hash), true);
  });

  test('without a stored hash it works as hard, and says no', async () => {
    const hasher = new PasswordHasher({ concurrency: 1, capacity: 0 });
    const busy = hasher.verify('a password', null);
    await setImmediate();
    assert.equal(
      hasher.queue.running,
      1,
      'an answer at once would tell that there is nothing to compare with',
    );
    await assert.rejects(hasher.verify('a password', null), HashQueueFull);
    assert.equal(await busy, false);
  });
});

describe('HashQueue', () => {
  test('runs no more at once than allowed, in the order of arrival', async () => {
    const queue = new HashQueue({ concurrency: 2, capacity: 10 });
    const order: number[] = [];
    let most = 0;
    const jobs = Array.from({ length: 8 }, (_, index) =>
      queue.run(async () => {
        order.push(index);
        most = Math.max(most, queue.running);
        await delay(1);
        return index;
      }),
    );
    assert.equal(queue.waiting, 6);
    assert.deepEqual(await Promise.all(jobs), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual([most, queue.running, queue.waiting], [2, 0, 0]);
  });

  test('refuses what it cannot hold, and tells when to come back', async () => {
    const queue = new HashQueue({ concurrency: 1, capacity: 1 });
    const gate = Promise.withResolvers<void>();
    const jobs = [queue.run(() => gate.promise), queue.run(() => gate.promise)];
    await assert.rejects(
      queue.run(() => Promise.resolve()),
      (error) =>
        error instanceof HashQueueFull && error.retryAfterSeconds >= 1 && error.retryAfterSeconds <= 60,
    );
    gate.resolve();
    await Promise.all(jobs);
    assert.equal(await queue.run(() => Promise.resolve('room again')), 'room again');
  });

  test('a job that fails gives its place on', async () => {
    const queue = new HashQueue({ concurrency: 1, capacity: 1 });
    const failing = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(() => Promise.resolve('next'));
    await assert.rejects(failing, /broken/);
    assert.equal(await next, 'next');
    assert.equal(queue.running, 0);
  });

  test('wants sensible bounds', () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN])
      assert.throws(() => new HashQueue({ concurrency }), RangeError);
    assert.throws(() => new HashQueue({ capacity: -1 }), RangeError);
  });
});

describe('passwordPolicy', () => {
  const check = (password: string, email?: string): string[] =>
    passwordPolicy(password, { minLength: 15, email });

  test('accepts long uncommon texts of any script, without rules of composition', () => {
    for (const good of [
      'k7 vivid oxbow lattice',
      'tr0ub4dor sails at dusk',
      'три весёлых ёжика идут',
      '山川湖海风雨雷电春夏秋冬日月星辰',
    ]) {
      assert.deepEqual(check(good, 'anna.smith@example.com'), [], good);
    }
  });

  test('counts code points of the composed form', () => {
    assert.match(check('qz7!mv kd9#xw').join(), /at least 15 characters/);
    const emoji = '😀🐙🍕🚲🌵🎲🧭🪁🐝🦊🍄🌋🪐🎷🧊';
    assert.deepEqual(check(emoji), []);
    assert.match(check(emoji.slice(2)).join(), /at least 15/);
    assert.match(
      check(`e\u0301${'u\u0308'.repeat(2)}a\u0300o\u0302i\u0301n\u0303c\u0327 zx`).join(),
      /at least 15/,
    );
  });

  test('has an upper bound, which costs nothing to check, and a lower one that no setting undercuts', () => {
    const varied = Array.from({ length: 257 }, (_, index) => String.fromCodePoint(0x4e00 + index * 37)).join(
      '',
    );
    assert.deepEqual(check([...varied].slice(0, 256).join('')), []);
    assert.match(check(varied).join(), /at most 256 characters/);
    assert.match(check('x'.repeat(10_000_000)).join(), /at most/);
    assert.match(check('\ufdfa'.repeat(100)).join(), /at most/, 'one character that composes to 18');
    assert.match(passwordPolicy('zq7!m', { minLength: 1 }).join(), /at least 8/);
  });

  test('refuses blank and ill-formed texts', () => {
    for (const blank of ['', ' '.repeat(20), '\u3000'.repeat(20), '\t\n'.repeat(10)]) {
      assert.match(check(blank).join(), /blank/);
    }
    assert.match(check(`${'k7 vivid oxbow lattice'}\ud800`).join(), /Unicode/);
  });

  test('refuses common passwords in their usual disguises', () => {
    const common = [
      'passwordpassword',
      'Password-Password-1',
      'P@ssw0rdP@ssw0rd',
      'correct horse battery staple',
      '1qaz2wsx3edc4rfv',
      'qwertyuiopasdfghjkl',
      'lkjhgfdsapoiuytrewq',
      'aaaaaaaaaaaaaaaa',
      'abcabcabcabcabcabc',
      'abcdefghijklmnopqrs',
      '12345678901234567890',
      'administrator2024!',
      'Dragon-Summer-Coffee',
      'Plystra-Plystra-2026',
      '................',
      'a...............',
    ];
    for (const password of common) assert.match(check(password).join(), /too common/, password);
    for (const password of ['password', 'letmein1', 'monkey12!', 'Summer2024']) {
      assert.match(passwordPolicy(password, { minLength: 8 }).join(), /too common/, password);
    }
  });

  test('knows at least 3,000 common passwords that satisfy its own length', () => {
    const long = [...commonPasswords()].filter((password) => [...password].length >= 15);
    assert.ok(long.length >= 3000, `${long.length}`);
  });

  test('refuses what is made from the e-mail address, and does not mind short local parts', () => {
    const email = 'John.Smith@example.com';
    for (const password of [
      'johnsmith likes oxbows',
      'oxbow JOHN-SMITH lattice',
      'j0hnsm1th oxbow lattice',
    ]) {
      assert.match(check(password, email).join(), /e-mail/, password);
    }
    assert.match(check('john.smith@exampl3.c0m', email).join(), /e-mail/);
    assert.match(passwordPolicy('jonsmiht', { minLength: 8, email }).join(), /e-mail/);
    assert.deepEqual(check('vivid oxbow al lattice', 'al@example.com'), []);
    assert.deepEqual(check('k7 vivid oxbow lattice', `${'a'.repeat(100_000)}@example.com`), []);
  });

  test('refuses words of the context', () => {
    const options = { minLength: 15, contextWords: ['Acme Corp', 'al'] };
    assert.match(passwordPolicy('vivid acme-corp oxbow', options).join(), /belong to this account/);
    assert.deepEqual(passwordPolicy('vivid oxbow al lattice', options), []);
  });

  test('tells everything that is wrong, and never the password', () => {
    const problems = passwordPolicy('johnsmith', { minLength: 15, email: 'johnsmith@example.com' });
    assert.equal(problems.length, 2);
    assert.ok(!problems.join().includes('johnsmith'));
  });
});
