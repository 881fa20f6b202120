import assert from 'node:assert/strict';
import type { PageKeys, PageRequest } from '../../src/contract/handlers.ts';
import { memberRoleHandlers } from '../../src/core/authorization/roles/member-role-handlers.ts';
import { permissionHandlers } from '../../src/core/authorization/roles/permission-handlers.ts';
import { roleHandlers } from '../../src/core/authorization/roles/role-handlers.ts';
import { rolePermissionHandlers } from '../../src/core/authorization/roles/role-permission-handlers.ts';
import { spaceRolePermissionHandlers } from '../../src/core/authorization/roles/role-permission-space-handlers.ts';
import { coreEntities } from '../../src/core/entities.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import { createTestDatabase } from '../harness/database.ts';

const seed = `
insert into spaces (id, name) values ('space_a', 'A'), ('space_b', 'B');
insert into groups (id, space_id, name, path, depth) values
  ('group_fin', 'space_a', 'Finance', 'finance', 0), ('group_ops', 'space_a', 'Operations', 'ops', 0),
  ('group_b', 'space_b', 'Finance', 'finance', 0);
insert into members (id, space_id, display_name) values
  ('member_ann', 'space_a', 'Ann'), ('member_bob', 'space_a', 'Bob'), ('member_b', 'space_b', 'Bea');
insert into roles (id, space_id, key, name) values
  ('role_approver', 'space_a', 'approver', 'Approver'), ('role_viewer', 'space_a', 'viewer', 'Viewer'),
  ('role_b', 'space_b', 'approver', 'Approver');
insert into permissions (id, resource, action, scope) values
  ('perm_tree', 'invoice', 'approve', 'group_tree'), ('perm_self', 'invoice', 'read', 'self'),
  ('perm_space', 'invoice', 'read', 'space')`;

/** A database of two Spaces, and the handlers of roles over it. */
export async function openRolesWorld() {
  const file = await createTestDatabase();
  const database = await openDatabase({
    url: file.url,
    poolSize: 4,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 10_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  await database.pool.query(seed);
  return {
    database,
    roles: roleHandlers(database),
    memberRoles: memberRoleHandlers(database),
    permissions: permissionHandlers(database),
    rolePermissions: rolePermissionHandlers(database),
    spaceRolePermissions: spaceRolePermissionHandlers(database),
    /** Action, Space, before and after of the audit rows of one object, oldest first. */
    async recorded(resourceId: string) {
      const { rows } = await database.pool.query(
        `select action, space_id, trace -> 'before' as before, trace -> 'after' as after from audit_logs
         where resource_id = $1 order by created_at, id`,
        [resourceId],
      );
      return rows as { action: string; space_id: string | null; before: unknown; after: unknown }[];
    },
    /** Actions of the audit rows of one object, sorted. */
    async actions(resourceId: string) {
      return (await this.recorded(resourceId)).map(({ action }) => action).sort();
    },
    /** Fails unless `work` moves the revisions of exactly these scopes (`*` is the instance). */
    async moves(scopes: readonly string[], work: () => Promise<unknown>) {
      const before = await revisions();
      await work();
      const after = await revisions();
      const moved = [...after].filter(([scope, revision]) => (before.get(scope) ?? '0') !== revision);
      assert.deepEqual(moved.map(([scope]) => scope).sort(), [...scopes].sort());
    },
    async close() {
      await database.close();
      await file.drop();
    },
  };

  async function revisions(): Promise<Map<string, string>> {
    const { rows } = await database.pool.query('select scope, revision::text from graph_revisions');
    return new Map(rows.map(({ scope, revision }) => [String(scope), String(revision)]));
  }
}

/** What `openRolesWorld` gives. */
export type RolesWorld = Awaited<ReturnType<typeof openRolesWorld>>;

/** All entries of a list, read page by page. */
export async function pageByPage<Entry>(
  limit: number,
  read: (page: PageRequest) => Promise<{ readonly data: readonly Entry[]; readonly next: PageKeys | null }>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let after: PageKeys | null = null; ; ) {
    const page: Awaited<ReturnType<typeof read>> = await read({ limit, after });
    assert.ok(page.data.length <= limit);
    entries.push(...page.data);
    if (page.next === null) return entries;
    after = page.next;
  }
}
