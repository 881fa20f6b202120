import type { TestServer } from '../../server/test/harness/server.ts';
import type { Size } from './fill.ts';

/** One request whose time is taken. */
export type Operation = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
};

const LIMIT = 50;
const lists: Readonly<Record<string, string>> = {
  'resources, of the instance': '/api/v1/resources',
  'resources, of a Space': '/api/v1/spaces/space_1/resources',
  'resources, by type': '/api/v1/spaces/space_1/resources?resource_type=kind_3',
  'resources, by Group': '/api/v1/spaces/space_1/resources?group_id=group_3',
  'resources, by status': '/api/v1/spaces/space_1/resources?status=active',
  'resources, by external id': '/api/v1/spaces/space_1/resources?resource_type=kind_3&external_id=external_3',
  members: '/api/v1/spaces/space_1/members',
  'members, by status': '/api/v1/spaces/space_1/members?status=active',
  bindings: '/api/v1/spaces/space_1/user-members',
  'member roles': '/api/v1/spaces/space_1/member-roles',
  'member roles, by Member': '/api/v1/spaces/space_1/member-roles?member_id=member_7',
  users: '/api/v1/users',
};

/** The requests for a database of this size; walks every list once to find its middle and its last page. */
export async function operationsOn(
  server: TestServer,
  key: string,
  size: Size,
): Promise<readonly Operation[]> {
  const found: Operation[] = [];
  for (const [name, path] of Object.entries(lists)) {
    const cursors = await walk(server, key, path);
    const last = cursors.at(-1);
    const middle = cursors[Math.floor(cursors.length / 2)];
    found.push({ name: `${name}: first page`, method: 'GET', path: withQuery(path, null, LIMIT) });
    if (last === undefined || middle === undefined) continue;
    found.push({ name: `${name}: middle page`, method: 'GET', path: withQuery(path, middle, LIMIT) });
    found.push({ name: `${name}: last page`, method: 'GET', path: withQuery(path, last, LIMIT) });
  }
  const id = (n: number) => `resource_${String(n).padStart(8, '0')}`;
  const n = Math.floor(size.resources / 20) * 10;
  const member = Math.floor(size.members / 2);
  found.push(
    { name: 'resource: get', method: 'GET', path: `/api/v1/spaces/space_1/resources/${id(n)}` },
    { name: 'resource: get by type', method: 'GET', path: `/api/v1/resources/kind_0/${id(n)}` },
    { name: 'member: get', method: 'GET', path: `/api/v1/spaces/space_1/members/member_${member}` },
    { name: 'user: get', method: 'GET', path: `/api/v1/users/user_${member}` },
    { name: 'check', method: 'POST', path: '/api/v1/authz/check', body: question(member, id(n)) },
    {
      name: 'check, unknown resource',
      method: 'POST',
      path: '/api/v1/authz/check',
      body: question(member, 'none'),
    },
  );
  return found;
}

function question(member: number, resource: string) {
  return {
    action: 'read',
    resource_type: 'kind_0',
    resource_id: resource,
    actor: {
      user_id: `user_${member}`,
      member_id: `member_${member}`,
      user_member_id: `um_${member}`,
      space_id: 'space_1',
    },
  };
}

/** The cursors of a list from its first to its last page. */
async function walk(server: TestServer, key: string, path: string): Promise<readonly string[]> {
  const cursors: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const answer = await server.api('GET', withQuery(path, cursor, 200), { key });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    const { pagination } = JSON.parse(answer.text) as { pagination: { cursor: string | null } };
    if (pagination.cursor === null) return cursors;
    cursor = pagination.cursor;
    cursors.push(cursor);
  }
}

function withQuery(path: string, cursor: string | null, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
  return `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
}
