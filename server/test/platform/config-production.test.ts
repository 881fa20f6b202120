import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError, loadConfig } from '../../src/platform/config/index.ts';

/** An environment that is fit for production. */
const GOOD = {
  SERVER_MODE: 'production',
  DATABASE_URL: 'postgres://plystra:k2Jd81nbQ0@db.internal:5432/plystra',
  PLYSTRA_SESSION_SECRET: '4f0c1d7e9a2b4c6d8e0f1a3b5c7d9e1f',
  PLYSTRA_API_KEY_SECRET: '9b7a5c3e1f0d2b4a6c8e0f1a3b5d7c9e',
  CORS_ALLOWED_ORIGINS: 'https://app.example.com',
  SERVER_PUBLIC_URL: 'https://api.example.com/',
};

/** Asserts that GOOD with these changes has one problem, at this variable; `undefined` takes a variable out. */
function refuses(variable: string, changes: Record<string, string | undefined>, says: RegExp): void {
  assert.throws(
    () => loadConfig({ ...GOOD, ...changes }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map((problem) => problem.variable),
        [variable],
      );
      assert.match(error.message, says);
      return true;
    },
  );
}

describe('rules of production', () => {
  test('a good environment passes, with the defaults of production', () => {
    const config = loadConfig(GOOD);
    assert.equal(config.mode, 'production');
    assert.equal(config.server.publicUrl, 'https://api.example.com');
    assert.equal(config.server.drainDelayMs, 5000);
    assert.equal(config.http.responseCheck, 'sampled');
    assert.equal(loadConfig({ ...GOOD, SERVER_MODE: '', PLYSTRA_ENV: 'production' }).mode, 'production');
  });

  for (const variable of Object.keys(GOOD).filter((name) => name !== 'SERVER_MODE')) {
    test(`${variable} is required`, () =>
      refuses(variable, { [variable]: undefined }, /is required in production/));
  }

  test('the database does not use the default credentials, however they are spelt', () => {
    for (const url of [
      'postgres://plystra:plystra@db/plystra',
      'postgresql://pl%79stra:plystra@db/plystra',
      'postgres://db/plystra?user=plystra&password=plystra',
    ]) {
      refuses('DATABASE_URL', { DATABASE_URL: url }, /default credentials/);
    }
  });

  test('the session secret has at least 32 characters', () => {
    refuses('PLYSTRA_SESSION_SECRET', { PLYSTRA_SESSION_SECRET: 'x1'.repeat(15) }, /too short/);
  });

  test('the session secret is not a placeholder', () => {
    const placeholder = 'change-me-session-secret-at-least-32-characters';
    refuses('PLYSTRA_SESSION_SECRET', { PLYSTRA_SESSION_SECRET: placeholder }, /placeholder/);
  });

  test('the API-key secret has at least 32 characters', () => {
    refuses('PLYSTRA_API_KEY_SECRET', { PLYSTRA_API_KEY_SECRET: 'x1'.repeat(15) }, /too short/);
  });

  test('the API-key secret is not a placeholder', () => {
    const placeholder = 'change-me-api-key-secret-at-least-32-characters';
    refuses('PLYSTRA_API_KEY_SECRET', { PLYSTRA_API_KEY_SECRET: placeholder }, /placeholder/);
  });

  test('the API-key secret is not the session secret', () => {
    const PLYSTRA_API_KEY_SECRET = GOOD.PLYSTRA_SESSION_SECRET;
    refuses('PLYSTRA_API_KEY_SECRET', { PLYSTRA_API_KEY_SECRET }, /same as PLYSTRA_SESSION_SECRET/);
  });

  for (const variable of ['PLYSTRA_SESSION_SECRET_PREVIOUS', 'PLYSTRA_API_KEY_SECRET_PREVIOUS']) {
    test(`each of ${variable} is long and no placeholder`, () => {
      const good = GOOD.PLYSTRA_API_KEY_SECRET;
      refuses(variable, { [variable]: `${good},short` }, /too short/);
      refuses(
        variable,
        { [variable]: `${good},change-me-session-secret-at-least-32-characters` },
        /placeholder/,
      );
      assert.ok(loadConfig({ ...GOOD, [variable]: good }));
    });
  }

  test('no origin is a wildcard', () => {
    refuses('CORS_ALLOWED_ORIGINS', { CORS_ALLOWED_ORIGINS: '*' }, /contains \*/);
    refuses('CORS_ALLOWED_ORIGINS', { CORS_ALLOWED_ORIGINS: 'https://a.example,*' }, /\*/);
  });

  test('the public URL does not point to this machine, however it is spelt', () => {
    for (const host of [
      'localhost',
      'LOCALHOST.',
      'x.localhost',
      '127.0.0.1',
      '127.1',
      '127.8.9.10',
      '0x7f000001',
      '[::1]',
      '0.0.0.0',
      '[::ffff:7f00:1]',
    ]) {
      refuses('SERVER_PUBLIC_URL', { SERVER_PUBLIC_URL: `http://${host}:8080` }, /points to this machine/);
    }
    assert.ok(loadConfig({ ...GOOD, SERVER_PUBLIC_URL: 'https://localhost.example.com' }));
  });

  test('decisions are recorded: disabled_for_dev is refused', () => {
    refuses('AUDIT_WRITE_MODE', { AUDIT_WRITE_MODE: 'disabled_for_dev' }, /disabled_for_dev/);
    assert.equal(loadConfig({ AUDIT_WRITE_MODE: 'disabled_for_dev' }).audit.writeMode, 'disabled_for_dev');
  });

  test('registration tokens are no placeholders and differ from each other', () => {
    const token = 'change-me-registration-token-at-least-32-characters';
    const enabled = { PLYSTRA_AUTH_REGISTRATION_ENABLED: 'true' };
    refuses(
      'PLYSTRA_AUTH_REGISTRATION_TOKEN',
      { ...enabled, PLYSTRA_AUTH_REGISTRATION_TOKEN: token },
      /placeholder/,
    );
    const same = GOOD.PLYSTRA_SESSION_SECRET.toUpperCase();
    const both = { PLYSTRA_AUTH_REGISTRATION_TOKEN: same, PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN: same };
    refuses('PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN', both, /same as/);
  });

  test('the metrics token is no placeholder', () => {
    refuses('METRICS_TOKEN', { METRICS_TOKEN: 'change-me' }, /placeholder/);
  });
});
