import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  configDocuments,
  driftedConfigDocuments,
  writeConfigDocuments,
} from '../../../scripts/config-docs.ts';
import {
  ConfigError,
  configJsonSchema,
  configurationPageText,
  envExampleText,
  isSecretVariable,
  loadConfig,
  VARIABLE_LIST,
} from '../../src/platform/config/index.ts';

test('.env.example names every variable, and as it stands it starts a development server', () => {
  const text = envExampleText();
  for (const [name] of VARIABLE_LIST) assert.match(text, new RegExp(`^#?${name}=`, 'm'));
  assert.equal(loadConfig(parseEnv(text) as Record<string, string>).mode, 'development');
});

test('every line of .env.example that is commented out holds a value that is accepted', () => {
  const environment = parseEnv(envExampleText().replace(/^#(?=[A-Z_]+=)/gm, '')) as Record<string, string>;
  assert.equal(Object.keys(environment).length, VARIABLE_LIST.length);
  assert.equal(loadConfig(environment).database.url, environment['DATABASE_URL']);
});

test('the example is refused in production', () => {
  const environment = {
    ...(parseEnv(envExampleText()) as Record<string, string>),
    SERVER_MODE: 'production',
  };
  assert.throws(() => loadConfig(environment), ConfigError);
});

test('the page tells meaning, default and production rule of every variable', () => {
  const page = configurationPageText();
  for (const [name, variable] of VARIABLE_LIST) {
    const section = page.slice(page.indexOf(`### ${name}\n`));
    assert.ok(section.includes(variable.meaning), name);
    assert.ok(section.includes(variable.production ?? ''), name);
    for (const alias of variable.aliases ?? []) assert.ok(section.includes(`\`${alias}\``), alias);
  }
});

test('the schema is valid, accepts what the server accepts and refuses wrong forms and missing secrets', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(configJsonSchema());
  assert.ok(validate({ PATH: '/bin', ...parseEnv(envExampleText()) }));
  assert.ok(validate({ METRICS_ENABLED: 'On', HTTP_READ_TIMEOUT: '1h30m' }));
  assert.ok(!validate({ SERVER_PORT: 'http' }));
  assert.ok(!validate({ METRICS_ENABLED: 'maybe' }));
  assert.ok(!validate({ PLYSTRA_DATABASE_URL: 'postgres://h/d' }), 'secrets are required with a database');
  assert.ok(!validate({ PLYSTRA_ENV: 'production' }), 'production has required variables');
  const secrets = { PLYSTRA_SESSION_SECRET: 'x', PLYSTRA_API_KEY_SECRET: 'y' };
  assert.ok(validate({ DATABASE_URL: 'postgres://h/d', ...secrets }));
});

test('no secret has a default', () => {
  for (const [name, variable] of VARIABLE_LIST) {
    if (isSecretVariable(variable)) assert.ok(variable.default === null || variable.default === '', name);
  }
});

test('documents that were edited or are missing are reported', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'plystra-config-docs-'));
  t.after(() => rm(root, { recursive: true }));
  const paths = configDocuments().map(({ path }) => path);
  assert.deepEqual(await driftedConfigDocuments(root), paths);
  await writeConfigDocuments(root);
  assert.deepEqual(await driftedConfigDocuments(root), []);
  await writeFile(join(root, '.env.example'), 'edited');
  assert.deepEqual(await driftedConfigDocuments(root), ['.env.example']);
});
