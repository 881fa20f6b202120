import assert from 'node:assert/strict';
import { ApiError } from '../../src/contract/api-error.ts';
import type { Access, ActiveActor, Principal } from '../../src/contract/ports.ts';
import type { AuditMode } from '../../src/core/authorization/index.ts';
import { dataConsoleHandlers } from '../../src/core/data-console/index.ts';
import { openTestDatabase } from '../registry/core-access.ts';

const seed = `
insert into users (id, email) values ('user_ann', 'ann@example.com');
insert into spaces (id, name) values ('acme', 'Acme'), ('blue', 'Blue');
insert into groups (id, space_id, parent_group_id, name, path, depth) values
  ('g_finance', 'acme', null, 'Finance', 'finance', 0), ('g_apac', 'acme', 'g_finance', 'APAC', 'finance.apac', 1),
  ('g_ops', 'acme', null, 'Operations', 'ops', 0), ('g_blue', 'blue', null, 'Finance', 'finance', 0);
insert into members (id, space_id, display_name) values
  ('m_ann', 'acme', 'Ann'), ('m_bob', 'acme', 'Bob'), ('m_blue', 'blue', 'Bea');
insert into user_members (id, user_id, member_id, space_id, relation_type) values
  ('um_ann', 'user_ann', 'm_ann', 'acme', 'self');
insert into resource_types (id, key, display_name) values
  ('rt_invoice', 'invoice', 'Invoice'), ('rt_note', 'note', 'Note'), ('rt_order', 'order', 'Order'),
  ('rt_plain', 'plain', 'Plain');
insert into resource_types (id, key, display_name, status) values ('rt_old', 'old', 'Old', 'disabled');
insert into resource_mappings (id, resource_type_id, storage_kind, table_name, status) values
  ('rm_invoice', 'rt_invoice', 'internal_table', 'resources', 'active'),
  ('rm_note', 'rt_note', 'plugin_managed', null, 'active'),
  ('rm_order', 'rt_order', 'internal_table', 'resources', 'disabled');
insert into resource_actions (id, resource_type_id, key, display_name)
  select 'ra_' || key, 'rt_invoice', key, key from unnest(array['create', 'update', 'delete']) as key;
insert into permissions (id, resource, action, scope)
  select 'p_' || key, 'invoice', key, 'group_tree' from unnest(array['create', 'update', 'delete']) as key;
insert into roles (id, space_id, key, name) values ('r_clerk', 'acme', 'clerk', 'Clerk');
insert into role_permissions (id, space_id, role_id, permission_id)
  select 'rp_' || id, 'acme', 'r_clerk', id from permissions;
insert into member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) values
  ('mr_ann', 'acme', 'm_ann', 'r_clerk', 'g_finance')`;

/** The binding that may change invoices at finance and below. */
export const ann: ActiveActor = {
  user_id: 'user_ann',
  member_id: 'm_ann',
  user_member_id: 'um_ann',
  space_id: 'acme',
};

/** A session of Ann, acting through her Member or through none. It holds data:manage and no right to ask for decisions. */
export function sessionOf(actor: ActiveActor | null): Access {
  const rights = [
    {
      permissionKey: 'data:manage',
      reach: { level: 'instance' } as const,
      superAdmin: false,
      expiresAt: null,
      memberId: null,
    },
  ];
  return steady({ kind: 'session', sessionId: 'sess_ann', userId: 'user_ann', actor, rights });
}

/** A backend with an API key of the instance. */
export const backend: Access = steady({
  kind: 'api_key',
  apiKeyId: 'ak_backend',
  createdByUserId: null,
  rights: [
    {
      permissionKey: 'data:*',
      reach: { level: 'instance' },
      superAdmin: false,
      expiresAt: null,
      memberId: null,
    },
  ],
});

function steady(principal: Principal): Access {
  const access: Access = {
    principal,
    reaches: [{ level: 'instance' }],
    recalled: null,
    again: async () => access,
  };
  return access;
}

/** A database with one clerk of invoices, and the Data Console over it. */
export async function openDataWorld() {
  const database = await openTestDatabase();
  await database.pool.query(seed);
  const query = async (text: string, values: unknown[] = []) =>
    (await database.pool.query<Record<string, unknown>>(text, values)).rows;
  return {
    database,
    query,
    console: (dataConsoleEnabled = true, auditMode: AuditMode = 'always') =>
      dataConsoleHandlers({ database, auditMode, dataConsoleEnabled }),
    /** `action decision deny_code` of the audit rows about a row, oldest first. */
    async recorded(id: string): Promise<string[]> {
      const rows = await query(
        'select action, decision, deny_code from audit_logs where resource_id = $1 order by created_at, id',
        [id],
      );
      return rows.map(({ action, decision, deny_code }) => [action, decision, deny_code].join(' ').trim());
    },
    /** Puts a row there without asking anybody. */
    async put(id: string, group: string | null, changes: Record<string, unknown> = {}) {
      const row = { resource_type: 'invoice', space_id: 'acme', owner: null, status: 'active', ...changes };
      await query(
        `insert into resources (id, resource_type, space_id, group_id, owner_member_id, status, deleted_at)
         values ($1, $2, $3, $4, $5, $6, case when $6 = 'deleted' then now() end)`,
        [id, row.resource_type, row.space_id, group, row.owner, row.status],
      );
    },
  };
}

/** What `openDataWorld` gives. */
export type DataWorld = Awaited<ReturnType<typeof openDataWorld>>;

/** The deny code with which a change is denied; fails when it is anything else, or not on record. */
export async function deniedWith(work: Promise<unknown>): Promise<string | null> {
  const error = await work.then(
    (reply) => assert.fail(`not denied: ${JSON.stringify(reply)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApiError, String(error));
  assert.equal(error.code, 'AUTHORIZATION_DENIED');
  assert.match(error.decision?.trace_id ?? '', /^trc_[0-9a-f]{32}$/);
  assert.equal(error.headers['X-Plystra-Trace-ID'], error.decision?.trace_id);
  assert.equal(error.headers['X-Plystra-Audit-Log-ID'], error.decision?.audit_log_id ?? undefined);
  return error.decision?.deny_code ?? null;
}
