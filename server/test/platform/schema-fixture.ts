import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { databaseOf, runStatement } from '../harness/database-server.ts';

/** The migrations of Core. */
export const CORE_MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations', 'core');

const TOO_MANY_CONNECTIONS = '53300';

/** Opens one connection; its loss shows in the query that meets it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Opens many connections, all or none at a time, so that two test files cannot starve each other of the rest. */
export async function connectMany(url: string, count: number): Promise<pg.Client[]> {
  for (let attempt = 1; ; attempt += 1) {
    const results = await Promise.allSettled(Array.from({ length: count }, () => connect(url)));
    const clients = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const refused = results.find((result) => result.status === 'rejected');
    if (refused === undefined) return clients;
    await Promise.all(clients.map((client) => client.end()));
    const full = refused.reason instanceof pg.DatabaseError && refused.reason.code === TOO_MANY_CONNECTIONS;
    if (!full || attempt === 100) throw refused.reason;
    await delay(50 + Math.random() * 200);
  }
}

/** A database without any migration, on the server of the test run. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const migrated = await createTestDatabase();
  const name = `plystra_empty_${randomUUID().slice(0, 13).replace('-', '')}`;
  await runStatement(migrated.url, `create database ${name} template template0`);
  return {
    url: databaseOf(migrated.url, name),
    async drop() {
      await runStatement(migrated.url, `drop database ${name} with (force)`);
      await migrated.drop();
    },
  };
}

/** Two Spaces with the same furniture: `space_a` with groups, a member, a role; `space_b` likewise. */
export async function insertWorld(client: pg.ClientBase): Promise<void> {
  await client.query(`
    insert into users (id, email) values ('user_1', 'one@example.com'), ('user_2', 'two@example.com');
    insert into spaces (id, name) values ('space_a', 'A'), ('space_b', 'B');
    insert into permissions (id, resource, action, scope) values ('perm_1', 'invoice', 'approve', 'group_tree');
    insert into resource_types (id, key, display_name) values ('rt_1', 'invoice', 'Invoice');
    insert into resource_actions (id, resource_type_id, key, display_name) values ('ra_1', 'rt_1', 'approve', 'Approve');
    insert into resource_mappings (id, resource_type_id) values ('rm_1', 'rt_1');`);
  for (const x of ['a', 'b']) {
    await client.query(`
      insert into groups (id, space_id, parent_group_id, name, path, depth) values
        ('group_${x}', 'space_${x}', null, 'Finance', 'finance', 0),
        ('group_${x}_apac', 'space_${x}', 'group_${x}', 'APAC', 'finance.apac', 1);
      insert into members (id, space_id, display_name) values ('member_${x}', 'space_${x}', 'Reviewer');
      insert into user_members (id, user_id, member_id, space_id, relation_type)
        values ('um_${x}', 'user_1', 'member_${x}', 'space_${x}', 'self');
      insert into roles (id, space_id, key, name) values ('role_${x}', 'space_${x}', 'approver', 'Approver');
      insert into role_permissions (id, space_id, role_id, permission_id)
        values ('rp_${x}', 'space_${x}', 'role_${x}', 'perm_1');
      insert into member_roles (id, space_id, member_id, role_id, scope_anchor_group_id)
        values ('mr_${x}', 'space_${x}', 'member_${x}', 'role_${x}', 'group_${x}');
      insert into resources (id, resource_type, space_id, group_id, owner_member_id)
        values ('invoice_${x}', 'invoice', 'space_${x}', 'group_${x}_apac', 'member_${x}');`);
  }
}

/** Runs a statement that must fail, and gives the error. */
export async function refusal(client: pg.ClientBase, statement: string): Promise<pg.DatabaseError> {
  try {
    await client.query(statement);
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
  throw new Error(`PostgreSQL accepted: ${statement}`);
}
