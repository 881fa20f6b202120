import { millisecondsOf, type Queryable } from '../../../platform/database/index.ts';
import type { GroupFacts } from './facts.ts';
import type { AtInstant, FactsSource } from './facts-source.ts';
import { isUsableBinding } from './own-binding.ts';

/** A Group counts only while it and every Group above it is active. */
const groupFacts = (alias: string) => `
  case when ${alias}.id is null then null else json_build_object(
    'id', ${alias}.id, 'spaceId', ${alias}.space_id, 'path', ${alias}.path, 'status', ${alias}.status,
    'usable', not exists (
      select from groups above
      where above.space_id = ${alias}.space_id
        and above.path in (
          select array_to_string((string_to_array(${alias}.path, '.'))[1:n], '.')
          from generate_series(1, ${alias}.depth + 1) as n)
        and (above.status <> 'active' or above.deleted_at is not null)
    )) end`;

const registry = `
  (select json_build_object('id', t.id, 'key', t.key, 'displayName', t.display_name, 'description', t.description,
      'status', t.status, 'source', t.source, 'metadata', t.metadata)
    from resource_types t where t.key = $5) as "resourceType",
  (select json_build_object('id', a.id, 'resourceTypeId', a.resource_type_id, 'key', a.key,
      'displayName', a.display_name, 'description', a.description, 'riskLevel', a.risk_level,
      'auditDefault', a.audit_default, 'status', a.status, 'metadata', a.metadata)
    from resource_actions a join resource_types t on t.id = a.resource_type_id
    where t.key = $5 and a.key = $6) as "resourceAction",
  (select json_build_object('id', x.id, 'resourceTypeId', x.resource_type_id, 'storageKind', x.storage_kind,
      'tableName', x.table_name, 'idField', x.id_field, 'spaceField', x.space_field, 'groupField', x.group_field,
      'ownerMemberField', x.owner_member_field, 'visibilityField', x.visibility_field,
      'metadataField', x.metadata_field, 'status', x.status, 'metadata', x.metadata)
    from resource_mappings x join resource_types t on t.id = x.resource_type_id
    where t.key = $5) as "resourceMapping"`;

// No address of a User: readers of a Space's traces may not know it, and a trace can never be changed again.
const stored = `
select ${millisecondsOf('now()')} as now, ${registry},
  (select json_build_object(
      'user', json_build_object('id', u.id, 'email', null, 'status', u.status),
      'member', json_build_object('id', m.id, 'spaceId', m.space_id, 'displayName', m.display_name,
        'status', m.status),
      'userMember', json_build_object('id', b.id, 'userId', b.user_id, 'memberId', b.member_id,
        'spaceId', b.space_id, 'relationType', b.relation_type, 'status', b.status, 'isPrimary', b.is_primary,
        'expiresAt', ${millisecondsOf('b.expires_at')}),
      'space', json_build_object('id', s.id, 'name', s.name, 'status', s.status))
    from user_members b
    join users u on u.id = b.user_id and u.deleted_at is null
    join members m on m.space_id = b.space_id and m.id = b.member_id and m.deleted_at is null
    join spaces s on s.id = b.space_id and s.deleted_at is null
    where b.id = $3 and b.user_id = $1 and b.member_id = $2 and b.space_id = $4 and b.deleted_at is null) as actor,
  (select json_build_object('id', r.id, 'externalId', r.external_id, 'type', r.resource_type,
      'spaceId', r.space_id, 'ownerMemberId', r.owner_member_id, 'displayName', r.display_name,
      'visibility', r.visibility, 'status', r.status, 'metadata', r.metadata, 'group', ${groupFacts('g')})
    from resources r left join groups g on g.space_id = r.space_id and g.id = r.group_id and g.deleted_at is null
    where r.id = $7 and r.resource_type = $5) as target,
  (select coalesce(json_agg(json_build_object(
      'memberRoleId', mr.id, 'spaceId', mr.space_id, 'status', mr.status,
      'notBefore', ${millisecondsOf('mr.not_before')}, 'expiresAt', ${millisecondsOf('mr.expires_at')},
      'role', json_build_object('id', r.id, 'key', r.key, 'spaceId', r.space_id, 'status', r.status),
      'permission', json_build_object('id', p.id, 'resource', p.resource, 'action', p.action, 'scope', p.scope,
        'status', p.status),
      'anchor', ${groupFacts('g')})), '[]')
    from permissions p
    join role_permissions rp on rp.permission_id = p.id and rp.space_id = $4 and rp.deleted_at is null
    join roles r on r.space_id = rp.space_id and r.id = rp.role_id and r.deleted_at is null
    join member_roles mr on mr.space_id = r.space_id and mr.role_id = r.id and mr.member_id = $2
      and mr.deleted_at is null
    left join groups g on g.space_id = mr.space_id and g.id = mr.scope_anchor_group_id and g.deleted_at is null
    where p.resource = $5 and p.action = $6 and p.deleted_at is null) as grants`;

const registered = `select ${millisecondsOf('now()')} as now, ${registry.replaceAll('$5', '$1').replaceAll('$6', '$2')}`;

const groupOf = (where: string) =>
  `select ${groupFacts('g')} as "group" from groups g where ${where} and g.deleted_at is null`;

/** The facts as the tables have them, each in one statement; `connection` may be in a transaction of one snapshot. */
export function databaseFacts(connection: Queryable): FactsSource {
  const first = async (text: string, values: readonly unknown[]) =>
    (await connection.query(text, values)).rows[0];
  const group = async (where: string, values: readonly unknown[]) =>
    ((await first(groupOf(where), values))?.['group'] as GroupFacts | undefined) ?? null;
  return {
    async stored({ actor, resourceType, action, resourceId }) {
      const { userId, memberId, userMemberId, spaceId } = actor;
      return theOnly(
        await first(stored, [userId, memberId, userMemberId, spaceId, resourceType, action, resourceId]),
      );
    },
    registry: async ({ resourceType, action }) => theOnly(await first(registered, [resourceType, action])),
    group: (id) => group('g.id = $1', [id]),
    groupAt: (spaceId, path) => group('g.space_id = $1 and g.path = $2', [spaceId, path]),
    isUsableBinding: (actor) => isUsableBinding(connection, actor),
  };
}

function theOnly<Facts>(row: Record<string, unknown> | undefined): AtInstant<Facts> {
  if (row === undefined) throw new Error('The database gave no row where it always gives one.');
  return row as AtInstant<Facts>;
}
