import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { operations } from '../../src/contract/generated/core/operations.ts';
import { insertSession } from '../harness/server-credentials.ts';
import type { Answer } from '../harness/server-http.ts';
import { type AccessRequest, accessRequests, pathOf } from './access-requests.ts';
import { accessTable } from './access-table.ts';
import { openAccessWorld } from './access-world.ts';
import { type IdSlot, idSlots, withId } from './named-ids.ts';

const world = await openAccessWorld();
after(() => world.stop());
const { sessionId } = await insertSession(world, 'user_b', 'binding_b');

/** What each id of a request names in the other Space. */
const ofB: Readonly<Record<string, string>> = {
  space_id: 'space_b',
  ...{ group_id: 'own_b', parent_group_id: 'own_b', scope_anchor_group_id: 'own_b' },
  ...{ member_id: 'member_b', owner_member_id: 'member_b', actor_member_id: 'member_b' },
  linked_by_member_id: 'member_b',
  ...{ user_member_id: 'binding_b', binding_id: 'binding_b', actor_user_member_id: 'binding_b' },
  ...{ user_id: 'user_b', actor_user_id: 'user_b', session_id: sessionId },
  ...{ role_id: 'role_b', role_permission_id: 'rp_b_read', member_role_id: 'member_role_b' },
  ...{ resource_id: 'invoice_b', admin_grant_id: 'grant_b', audit_log_id: world.auditLogId('space_b') },
  ...{ api_key_id: world.keyIdOf('space_b'), actor_api_key_id: world.keyIdOf('space_b') },
};
/** An id that a caller chooses, by what it is chosen for. */
const chosen: Readonly<Record<string, string>> = {
  ...{ createGroup: 'own_b', createMember: 'member_b', createUserMember: 'binding_b', createRole: 'role_b' },
  ...{
    createMemberRole: 'member_role_b',
    createSpaceRolePermission: 'rp_b_read',
    createResource: 'invoice_b',
  },
  ...{
    createSpaceResource: 'invoice_b',
    createAdminGrant: 'grant_b',
    createAPIKey: world.keyIdOf('space_b'),
  },
};
/** What belongs to no Space (nor do the ids in a plugin's manifest): nothing about another one can be told by it. */
const ofNoSpace: readonly string[] = ['permission_id', 'template_id', 'table_id'];
/** Users belong to the instance, and a Space's admin has to name those that it binds and grants to. */
const namesAnyUser: readonly string[] = ['createUserMember user_id', 'createAdminGrant user_id'];

/** Tables without a Space of which some rows are B's, or which no admin of a Space may change at all. */
const ownRows: Readonly<Record<string, string>> = {
  spaces: "where id = 'space_b'",
  users: "where id = 'user_b'",
  graph_revisions: "where scope like '%space_b%'",
  graph_changes: "where scope like '%space_b%'",
  resource_types: "where id = 'type_1'",
  resource_actions: "where resource_type_id = 'type_1'",
  resource_mappings: "where id = 'mapping_1'",
  permissions: "where id like 'can_%'",
};

for (const slot of idSlots().filter(({ name }) => !ofNoSpace.includes(name))) {
  const title = `${slot.operationId} ${slot.at}`;
  if (namesAnyUser.includes(title) || slot.at.startsWith('manifest/')) continue;
  if (slot.in === 'body' && slot.at === 'id') {
    const taken = chosen[slot.operationId];
    // What only the instance creates is refused before its id is looked at; there is no id of B for it.
    test(`${title}: an id of another Space, chosen anew, is ${taken ? '409' : 'refused unseen'}`, async () => {
      const before = await rowsOfB();
      const answer = await ask(slot, taken ?? 'space_b', 'spaceA', 'space');
      const unseen = slot.operationId.startsWith('upsert') || taken === undefined;
      assert.equal(answer.status, unseen ? 403 : 409, answer.text);
      assert.deepEqual(await rowsOfB(), before);
    });
    continue;
  }
  const foreign = slot.at.endsWith('resource/id') ? 'invoice_b' : ofB[slot.name];
  test(`${title} (${slot.in}): an id of another Space is answered like an unknown one`, async () => {
    assert.ok(foreign !== undefined, `no id of another Space is known for ${slot.name}`);
    const unknown = slot.name === 'audit_log_id' ? `${foreign.slice(0, -4)}0000` : 'nothing_at_all';
    const rows = accessTable[slot.operationId];
    const before = await rowsOfB();
    const normal = async (id: string, column: 'spaceA' | 'keyA', place: string) =>
      plain(await ask(slot, id, column, place), id);
    for (const place of typeof rows === 'string' ? [''] : Object.keys(rows)) {
      for (const column of ['spaceA', 'keyA'] as const) {
        const told = await normal(foreign, column, place);
        assert.equal(told, await normal(unknown, column, place), `${column} ${place}`);
        assert.deepEqual(await rowsOfB(), before, `${column} ${place} changed something`);
      }
    }
  });
}

async function ask(slot: IdSlot, id: string, column: 'spaceA' | 'keyA', place: string): Promise<Answer> {
  const caller = await world.caller(column);
  const prepared = await accessRequests[slot.operationId](world, place, caller);
  const request = withId(forSlot(prepared, slot), slot, id);
  const { method, path } = operations[slot.operationId];
  return world.api(method.toUpperCase(), pathOf(path, request), {
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(caller.token === undefined ? {} : { token: caller.token }),
    ...(caller.key === undefined ? {} : { key: caller.key }),
  });
}

/** A question takes either a stored resource or one that it describes, and grants only with the latter. */
function forSlot(request: AccessRequest, { operationId, at }: IdSlot): AccessRequest {
  const batch = operationId === 'checkAuthorizationBatch';
  const asks = batch || operationId === 'checkAuthorization' || operationId === 'explainAuthorization';
  const inlined = /^(?:items\/0\/)?(resource|grants)\//.exec(at)?.[1];
  if (!asks || inlined === undefined) return request;
  const sent = request.body ?? {};
  const [item] = (batch ? sent['items'] : [sent]) as [Record<string, unknown>];
  const { resource_type: type, resource_id: _, ...others } = item;
  const grants = [{ scope: 'space', resource: 'invoice', action: 'read' }];
  const resource = { type, id: 'invoice_new', space_id: 'space_a' };
  const body = { ...others, resource, ...(inlined === 'grants' ? { grants } : {}) };
  return { ...request, body: batch ? { items: [body] } : body };
}

/** An answer without what is of this one request: its ids, its instants, and the id that was asked for. */
function plain({ status, headers, text }: Answer, asked: string): string {
  const etag = headers.etag ?? '';
  const told = text
    .replaceAll(/\b(req|trc|audit|dec)_[0-9a-f]{8,}\b/g, '$1')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'instant')
    .replaceAll(/"(duration_ms|evaluation_ms)":[\d.]+/g, '"$1":0')
    .replaceAll(asked, 'asked');
  return `${status} ${etag} ${told}`;
}

/** All rows of Space B, and all of the tables that belong to no Space, as text; the sessions' and keys' last use aside. */
async function rowsOfB(): Promise<Readonly<Record<string, string>>> {
  const tables = await world.sql<{ name: string; space: boolean }>(
    `select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'space_id')
       as space
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const mine: readonly string[] = ['idempotency_keys', 'throttles', 'sessions', 'session_refresh_tokens'];
  const texts = tables
    .filter(({ name }) => !mine.includes(name))
    .map(({ name, space }) => {
      const where = space ? `where space_id = 'space_b'` : ownRows[name];
      const rows = `select string_agg((to_jsonb(t) - 'last_used_at')::text, ',' order by to_jsonb(t)::text) as rows`;
      return where === undefined
        ? ''
        : `select '${name}' as name, (${rows} from "${name}" t ${where}) as rows`;
    })
    .filter((text) => text !== '');
  const found = await world.sql<{ name: string; rows: string }>(texts.join(' union all '));
  return Object.fromEntries(found.map(({ name, rows }) => [name, rows]));
}
