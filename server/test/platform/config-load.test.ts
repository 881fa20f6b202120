import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError, loadConfig, parseDuration } from '../../src/platform/config/index.ts';

const LONG = 'a-long-and-random-looking-text-of-many-characters';

/** The problems of an environment by variable; an empty object when there is none. */
function problemsOf(environment: Record<string, string>): Record<string, string> {
  try {
    loadConfig(environment);
    return {};
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return Object.fromEntries(error.problems.map(({ variable, problem }) => [variable, problem]));
  }
}

describe('loadConfig', () => {
  test('an empty environment gives the development defaults, with secrets left to the data folder', () => {
    const config = loadConfig({});
    assert.equal(config.mode, 'development');
    assert.deepEqual([config.server.host, config.server.port], ['127.0.0.1', 8080]);
    assert.equal(config.database.url, null);
    assert.equal(config.secrets.sessionSecret, null);
    assert.equal(config.http.responseCheck, 'always');
    assert.equal(config.server.drainDelayMs, 0);
    assert.equal(config.registration.bootstrap.enabled, true);
    assert.equal(config.session.absoluteTtlMs, 90 * 86_400_000);
    assert.equal(config.password.minLength, 15);
  });

  test('the configuration is frozen to its leaves', () => {
    const config = loadConfig({});
    assert.throws(() => Object.assign(config.server, { port: 1 }), TypeError);
    assert.throws(() => Object.assign(config.http.allowedOrigins, { 0: 'x' }), TypeError);
  });

  test('aliases are read, empty texts count as not set, and two names that disagree are a problem', () => {
    assert.equal(loadConfig({ PLYSTRA_SERVER_HOST: '::', SERVER_HOST: '' }).server.host, '::');
    assert.equal(loadConfig({ DATABASE_MAX_OPEN_CONNS: '7', DATABASE_POOL_SIZE: '7' }).database.poolSize, 7);
    const problems = problemsOf({ DATABASE_MAX_OPEN_CONNS: '7', DATABASE_POOL_SIZE: '8' });
    assert.match(problems['DATABASE_POOL_SIZE'] ?? '', /differently, as DATABASE_MAX_OPEN_CONNS/);
  });

  test('all problems are reported at once, each with what is accepted', () => {
    const environment = {
      SERVER_PORT: 'http',
      LOG_LEVEL: 'loud',
      METRICS_ENABLED: 'maybe',
      TRUSTED_PROXIES: '10.0.0.0/8x',
    };
    assert.throws(
      () => loadConfig(environment),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.problems.length, 4);
        assert.equal(error.exitCode, 78);
        for (const name of Object.keys(environment))
          assert.match(error.message, new RegExp(`${name} .*Accepted: `));
        return true;
      },
    );
  });

  test('no message holds the value of a secret', () => {
    const secret = 'hunter2hunter2';
    const environment = {
      SERVER_MODE: 'production',
      DATABASE_URL: `postgres://u:${secret} @h/d`,
      PLYSTRA_SESSION_SECRET: secret,
      PLYSTRA_SESSION_SECRET_PREVIOUS: `${secret},${secret}`,
      PLYSTRA_API_KEY_SECRET: ` ${secret}`,
      PLYSTRA_AUTH_REGISTRATION_ENABLED: 'on',
      PLYSTRA_AUTH_REGISTRATION_TOKEN: secret,
      METRICS_TOKEN: `change-me-${secret}`,
      PLYSTRA_SESSION_SECRETT: secret,
    };
    assert.throws(
      () => loadConfig(environment),
      (error) =>
        error instanceof ConfigError && error.problems.length >= 8 && !error.message.includes(secret),
    );
  });

  test('an unknown PLYSTRA_ variable is a problem with a hint; other names and those of neighbours are ignored', () => {
    const problems = problemsOf({ PLYSTRA_SESION_SECRET: 'x', PLYSTRA_LOG_LEVEL: 'info', PLYSTRA_QQQQ: '1' });
    assert.match(problems['PLYSTRA_SESION_SECRET'] ?? '', /did you mean PLYSTRA_SESSION_SECRET\?/);
    assert.match(problems['PLYSTRA_LOG_LEVEL'] ?? '', /did you mean LOG_LEVEL\?/);
    assert.doesNotMatch(problems['PLYSTRA_QQQQ'] ?? '', /did you mean/);
    assert.deepEqual(problemsOf({ LOGLEVEL: 'x', PATH: '/bin', PLYSTRA_EMAIL_CAPABILITY_TOKEN: 'x' }), {});
  });

  test('booleans take the five words for each side, whatever the case, and nothing else', () => {
    for (const word of ['1', 'true', 'YES', 'on', 'Enabled']) {
      assert.equal(loadConfig({ METRICS_ENABLED: word }).metrics.enabled, true, word);
    }
    for (const word of ['0', 'FALSE', 'no', 'off', 'disabled']) {
      assert.equal(loadConfig({ METRICS_ENABLED: word }).metrics.enabled, false, word);
    }
    for (const word of ['2', 'y', 'truee', 'null'])
      assert.ok('METRICS_ENABLED' in problemsOf({ METRICS_ENABLED: word }));
  });

  test('a plain number is minutes for the login durations and seconds elsewhere', () => {
    const config = loadConfig({
      PLYSTRA_AUTH_LOGIN_WINDOW: '20',
      PLYSTRA_AUTH_LOGIN_LOCKOUT: '90s',
      HTTP_READ_TIMEOUT: '20',
      DATABASE_STATEMENT_TIMEOUT: '250ms',
    });
    assert.deepEqual(config.login, { maxFailures: 8, windowMs: 1_200_000, lockoutMs: 90_000 });
    assert.equal(config.http.readTimeoutMs, 20_000);
    assert.equal(config.database.statementTimeoutMs, 250);
    assert.ok('HTTP_IDLE_TIMEOUT' in problemsOf({ HTTP_IDLE_TIMEOUT: '0s' }));
  });

  test('durations are read with their units and nothing is guessed', () => {
    const good = {
      '5s': 5000,
      '1h30m': 5_400_000,
      '1.5s': 1500,
      '30d': 2_592_000_000,
      '250ms': 250,
      '7': 7000,
    };
    for (const [text, ms] of Object.entries(good)) assert.equal(parseDuration(text, 's'), ms, text);
    for (const text of ['', '-5s', '5 s', '5S', 's', '1e3', '5s!', '1m2', '5w', '9'.repeat(40)]) {
      assert.equal(parseDuration(text, 's'), null, text);
    }
  });

  test('durations that depend on each other keep their order', () => {
    const problems = problemsOf({
      HTTP_READ_HEADER_TIMEOUT: '31s',
      PLYSTRA_SESSION_ACCESS_TTL: '1h',
      PLYSTRA_SESSION_REFRESH_TTL: '30m',
      PLYSTRA_SESSION_ABSOLUTE_TTL: '20m',
    });
    assert.deepEqual(Object.keys(problems).sort(), [
      'HTTP_READ_HEADER_TIMEOUT',
      'PLYSTRA_SESSION_ACCESS_TTL',
      'PLYSTRA_SESSION_REFRESH_TTL',
    ]);
  });

  test('origins are exact; a path, a wildcard inside or a wildcard among others is refused', () => {
    const origins = (list: string): Record<string, string> => problemsOf({ CORS_ALLOWED_ORIGINS: list });
    assert.deepEqual(origins('https://a.example, http://b.example:81'), {});
    assert.deepEqual(origins('*'), {});
    for (const list of [
      'https://a.example/',
      'https://*.example',
      'a.example',
      '*,https://a.example',
      'null',
    ]) {
      assert.ok('CORS_ALLOWED_ORIGINS' in origins(list), list);
    }
  });

  test('with DATABASE_URL the secrets are required in every mode, and bootstrap registration is off', () => {
    const DATABASE_URL = 'postgres://plystra:plystra@localhost/plystra';
    assert.deepEqual(Object.keys(problemsOf({ DATABASE_URL })), [
      'PLYSTRA_SESSION_SECRET',
      'PLYSTRA_API_KEY_SECRET',
    ]);
    const config = loadConfig({ DATABASE_URL, PLYSTRA_SESSION_SECRET: 'dev', PLYSTRA_API_KEY_SECRET: 'dev' });
    assert.equal(config.database.url, DATABASE_URL);
    assert.equal(config.registration.bootstrap.enabled, false);
    for (const url of ['mysql://h/d', 'postgres://h/d\n', 'h/d', 'postgres://u:p w@h/d']) {
      assert.ok('DATABASE_URL' in problemsOf({ PLYSTRA_DATABASE_URL: url }), url);
    }
  });

  test('registration tokens need 32 characters in every mode when their registration is enabled', () => {
    const database = {
      DATABASE_URL: 'postgres://h/d',
      PLYSTRA_SESSION_SECRET: 'x',
      PLYSTRA_API_KEY_SECRET: 'x',
    };
    for (const mode of ['AUTH', 'BOOTSTRAP']) {
      const [enabled, token] = [`PLYSTRA_${mode}_REGISTRATION_ENABLED`, `PLYSTRA_${mode}_REGISTRATION_TOKEN`];
      assert.deepEqual(Object.keys(problemsOf({ ...database, [enabled]: 'true' })), [token]);
      assert.deepEqual(Object.keys(problemsOf({ ...database, [enabled]: 'true', [token]: 'x'.repeat(31) })), [
        token,
      ]);
      assert.deepEqual(problemsOf({ ...database, [enabled]: 'true', [token]: 'x'.repeat(32) }), {});
      assert.deepEqual(problemsOf({ ...database, [enabled]: 'false', [token]: 'short' }), {});
    }
    assert.deepEqual(
      problemsOf({ PLYSTRA_BOOTSTRAP_REGISTRATION_ENABLED: 'true' }),
      {},
      'embedded: token of the folder',
    );
    const publicToo = {
      PLYSTRA_AUTH_REGISTRATION_ENABLED: '1',
      PLYSTRA_AUTH_PUBLIC_USER_REGISTRATION_ENABLED: '1',
    };
    assert.ok('PLYSTRA_AUTH_REGISTRATION_TOKEN' in problemsOf(publicToo));
  });

  test('previous secrets are a list, with blanks and empty items dropped', () => {
    const config = loadConfig({ PLYSTRA_SESSION_SECRET_PREVIOUS: `${LONG}-1, ${LONG}-2,` });
    assert.deepEqual(config.secrets.previousSessionSecret, [`${LONG}-1`, `${LONG}-2`]);
  });
});
