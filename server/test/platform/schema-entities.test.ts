import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { type EntityMetadata, MikroORM } from '@mikro-orm/postgresql';

import * as admin from '../../src/core/admin/entities.ts';
import * as audit from '../../src/core/audit/entities.ts';
import * as auth from '../../src/core/auth/entities.ts';
import * as authorization from '../../src/core/authorization/entities.ts';
import * as identity from '../../src/core/identity/entities.ts';
import * as plugins from '../../src/core/plugins/entities.ts';
import * as registry from '../../src/core/registry/entities.ts';
import * as templates from '../../src/core/templates/entities.ts';
import { readSchema, type SchemaSnapshot } from '../../src/platform/schema-check/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect } from './schema-fixture.ts';

/** Tables that plain SQL alone reads and writes. */
const WITHOUT_ENTITY = [
  'graph_changes',
  'graph_revisions',
  'idempotency_keys',
  'schema_migrations',
  'throttles',
];

/** Names that MikroORM gives to types, where PostgreSQL prints another. */
const SAME_TYPE: Record<string, string> = {
  int: 'integer',
  'timestamptz(3)': 'timestamp(3) with time zone',
};

const entities = [identity, registry, authorization, audit, admin, auth, plugins, templates].flatMap(
  (module) => Object.values(module),
);

let database: TestDatabase;
let orm: MikroORM;
let schema: SchemaSnapshot;
let metadata: EntityMetadata[];

before(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init({ clientUrl: database.url, entities });
  metadata = [...orm.getMetadata().getAll().values()];
  const client = await connect(database.url);
  schema = (await readSchema(client)).snapshot;
  await client.end();
});
after(async () => {
  await orm.close();
  await database.drop();
});

test('every table has one entity, apart from those of plain SQL', () => {
  const mapped = metadata.map(({ tableName }) => tableName);
  assert.deepEqual([...mapped, ...WITHOUT_ENTITY].sort(), Object.keys(schema.tables));
});

test('every property is a column of the same type and nullability, and every column is a property', () => {
  for (const { tableName, props } of metadata) {
    const described = props.flatMap(({ fieldNames, columnTypes, nullable }) =>
      fieldNames.map((column, index) => {
        const type = columnTypes[index] ?? 'none';
        return [column, { type: SAME_TYPE[type] ?? type, nullable: nullable === true }] as const;
      }),
    );
    const columns = Object.entries(schema.tables[tableName]?.columns ?? {});
    const actual = columns.map(([column, { type, nullable }]) => [column, { type, nullable }] as const);
    assert.deepEqual(Object.fromEntries(described), Object.fromEntries(actual), tableName);
  }
});

test('a default of an entity is the default of its column', () => {
  for (const { tableName, props } of metadata) {
    for (const { fieldNames, default: value, defaultRaw, version } of props) {
      const [column = ''] = fieldNames;
      const stored = schema.tables[tableName]?.columns[column]?.default ?? undefined;
      const plain = stored?.replaceAll(/::[a-z]+/g, '');
      const expected =
        version === true ? '1' : (defaultRaw ?? (value === undefined ? undefined : String(value)));
      assert.equal(plain, expected?.replaceAll(/::[a-z]+/g, ''), `${tableName}.${column}`);
    }
  }
});

test('the version property is the row version, and refuses a lost update', async () => {
  for (const { tableName, versionProperty } of metadata) {
    const expected = schema.tables[tableName]?.columns['version'] === undefined ? undefined : 'version';
    assert.equal(versionProperty, expected, tableName);
  }
  const first = orm.em.fork();
  const space = first.create(identity.SpaceEntity, { id: 'space_1', name: 'One' });
  await first.flush();
  assert.equal(space.version, 1);
  assert.equal(space.type, 'custom');
  assert.deepEqual(space.metadata, {});
  assert.ok(space.createdAt instanceof Date);

  const second = orm.em.fork();
  const seen = await second.findOneOrFail(identity.SpaceEntity, 'space_1');
  space.name = 'Uno';
  await first.flush();
  assert.equal(space.version, 2);
  seen.name = 'Eins';
  await assert.rejects(second.flush(), { name: 'OptimisticLockError' });
});

test('secrets are loaded only where they are asked for', async () => {
  const em = orm.em.fork();
  em.create(identity.UserEntity, { id: 'user_1', email: 'one@example.com', passwordHash: '$argon2id$' });
  await em.flush();
  const user = await orm.em.fork().findOneOrFail(identity.UserEntity, 'user_1');
  assert.equal(user.passwordHash, undefined);
  const withHash = await orm.em
    .fork()
    .findOneOrFail(identity.UserEntity, 'user_1', { populate: ['passwordHash'] });
  assert.equal(withHash.passwordHash, '$argon2id$');
});

test('arrays, bytes, JSON and instants come back as they went in', async () => {
  const em = orm.em.fork();
  const keys = ['users:read', 'authz:check'];
  const at = new Date('2031-02-03T04:05:06.789Z');
  const hash = 'a'.repeat(64);
  em.create(admin.ApiKeyEntity, {
    id: 'ak_1',
    name: 'Server',
    keyPrefix: 'ply_ak_ak_1',
    keyHash: hash,
    level: 'instance',
    permissionKeys: keys,
    expiresAt: at,
    metadata: { owner: { team: 'billing' } },
  });
  em.create(auth.SessionEntity, {
    id: 'sess_1',
    userId: 'user_1',
    accessTokenHash: hash,
    refreshTokenHash: hash,
    expiresAt: at,
    refreshExpiresAt: at,
    absoluteExpiresAt: at,
    sealedPair: Buffer.from([0, 1, 255]),
  });
  await em.flush();
  const key = await orm.em.fork().findOneOrFail(admin.ApiKeyEntity, 'ak_1');
  assert.deepEqual(key.permissionKeys, keys);
  assert.deepEqual(key.expiresAt, at);
  assert.deepEqual(key.metadata, { owner: { team: 'billing' } });
  const session = await orm.em
    .fork()
    .findOneOrFail(auth.SessionEntity, 'sess_1', { populate: ['sealedPair'] });
  assert.deepEqual(session.sealedPair && [...session.sealedPair], [0, 1, 255]);
});
