import { operations } from '../../server/src/contract/generated/core/operations.ts';
import type { Operation as Contract } from '../../server/src/contract/operation.ts';
import { cursorContext } from '../../server/src/contract/page.ts';
import { Sealer } from '../../server/src/platform/crypto/index.ts';
import type { TestServer } from '../../server/test/harness/server.ts';
import type { TestApiKey } from '../../server/test/harness/server-credentials.ts';
import type { Size } from './fill.ts';
import { type List, lists } from './lists.ts';

/** One request whose time is taken. */
export type Operation = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
};

/** How many rows a page shows where there are as many. */
const LIMIT = 50;
/** How many rows the last page shows. */
const REST = 20;

/**
 * The requests for a database of this size: pages of every list, one row of each kind, and decisions. `limits` holds how
 * long the pages of a list are, by its name: the first database that is asked for it decides, so that a page of another
 * one is not longer only because there is more to show.
 */
export async function operationsOn(
  server: TestServer,
  key: TestApiKey,
  size: Size,
  limits: Map<string, number>,
): Promise<readonly Operation[]> {
  const pages: Operation[] = [];
  for (const list of lists) pages.push(...(await pagesOf(server, key, list, limits)));
  const resource = `resource_1_${String(Math.floor(size.resources / 20) * 10).padStart(8, '0')}`;
  const member = String(Math.floor(size.members / 2)).padStart(7, '0');
  const get = (name: string, path: string) => ({ name, method: 'GET', path: `/api/v1/${path}` });
  const check = (name: string, body: unknown) => ({
    name,
    method: 'POST',
    path: '/api/v1/authz/check',
    body,
  });
  const [audit] = await server.sql<{ id: string }>(
    'select id from audit_logs order by created_at desc, id desc limit 1 offset 500',
  );
  return [
    ...pages,
    get('getSpaceResource', `spaces/space_1/resources/${resource}`),
    get('getResourceByTypeAndID', `resources/kind_0/${resource}`),
    get('getMember', `spaces/space_1/members/member_1_${member}`),
    get('getUserMember', `spaces/space_1/user-members/binding_1_${member}`),
    get('getMemberRole', `spaces/space_1/member-roles/assignment_1_${member}`),
    get('getUser', `users/user_1_${member}`),
    get('getGroup', 'spaces/space_1/groups/group_1_3'),
    get('getAuditLog', `audit/logs/${audit?.id}`),
    check('check: allowed', question(member, resource)),
    check('check: unknown Resource', question(member, 'none')),
    check('check: unknown User', { ...question('none', resource) }),
  ];
}

function question(member: string, resource: string) {
  return {
    action: 'read',
    resource_type: 'kind_0',
    resource_id: resource,
    actor: {
      user_id: `user_1_${member}`,
      member_id: `member_1_${member}`,
      user_member_id: `binding_1_${member}`,
      space_id: 'space_1',
    },
  };
}

/** The first page of a list, and when there are more the one in the middle and the last. */
async function pagesOf(
  server: TestServer,
  key: TestApiKey,
  list: List,
  limits: Map<string, number>,
): Promise<Operation[]> {
  const contract: Contract = operations[list.operation];
  const asked = Object.entries(list.filters).map(([name, value]) => `${name}=${value}`);
  const name = `${list.operation} ${asked.join(' ')}`.trim();
  const { where, values } = conditionOf(list);
  const [counted] = await server.sql<{ count: number }>(`select count(*)::int ${where}`, values);
  const count = counted?.count ?? 0;
  const limit = limits.get(name) ?? Math.min(Math.max(count, 1), LIMIT);
  limits.set(name, limit);
  const page = (which: string, cursor: string | null): Operation => ({
    name: `${name}: ${which}`,
    method: 'GET',
    path: pathOf(contract, list, limit, cursor),
  });
  if (count <= limit) return [page('first page', null)];
  const after = (rows: number) => cursorAfter(server, key, list, rows);
  return [
    page('first page', null),
    page('middle page', await after(Math.floor(count / 2))),
    page('last page', await after(count - Math.min(REST, limit))),
  ];
}

/** The cursor that a list gives after so many rows: a walk to there would take as long as everything else together. */
async function cursorAfter(server: TestServer, key: TestApiKey, list: List, rows: number): Promise<string> {
  const contract: Contract = operations[list.operation];
  const keys = (contract.pagination ?? []).map((one) => ({
    column: one.replace(/^-/, ''),
    way: one.startsWith('-') ? 'desc' : 'asc',
  }));
  const { where, values } = conditionOf(list);
  const order = keys.map(({ column, way }) => `${column} ${way}`).join(', ');
  const [row] = await server.sql<Record<string, unknown>>(
    `select * ${where} order by ${order} limit 1 offset ${rows - 1}`,
    values,
  );
  const last = keys.map(({ column }) => row?.[column]);
  const principal = { kind: 'api_key', apiKeyId: key.apiKeyId } as Parameters<typeof cursorContext>[3];
  const context = cursorContext(list.operation, contract, list.filters, principal);
  const secret = server.variables['PLYSTRA_SESSION_SECRET'] ?? '';
  const sealer = new Sealer({ current: secret, previous: [] }, 'cursor');
  return sealer.seal(JSON.stringify(last), context);
}

function conditionOf({ table, filters, soft }: List) {
  const columns = Object.keys(filters);
  const conditions = columns.map((column, at) => `${column} = $${at + 1}`);
  if (soft) conditions.push('deleted_at is null');
  return {
    where: `from ${table} where ${['true', ...conditions].join(' and ')}`,
    values: Object.values(filters),
  };
}

function pathOf(contract: Contract, { filters }: List, limit: number, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
  let { path } = contract;
  for (const [name, value] of Object.entries(filters)) {
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, value);
    else query.set(name, value);
  }
  return `${path}?${query.toString()}`;
}
