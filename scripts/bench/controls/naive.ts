import type { SentQuestion } from '../sent-question.ts';
import { controlAnswer, newRecordIds } from './control-answer.ts';
import { type ControlFacts, type ControlGrant, decideControl } from './control-facts.ts';
import { onConnection, type Run } from './control-pool.ts';
import { auditValues, insertAuditRow } from './control-record.ts';
import { serveControl } from './serve-control.ts';

// What a careful backend does without Plystra: five prepared queries, a decision, one prepared insert.
const actorQuery = `
select u.email, u.status as user_status, m.display_name, m.status as member_status, b.relation_type,
  b.status as binding_status, b.is_primary, s.name as space_name, s.status as space_status
from user_members b join users u on u.id = b.user_id join members m on m.id = b.member_id
join spaces s on s.id = b.space_id
where b.id = $1 and b.user_id = $2 and b.member_id = $3 and b.space_id = $4
  and (b.expires_at is null or b.expires_at > now())`;
const registryQuery = `
select t.id as type_id, t.display_name as type_name, t.status as type_status, t.source, a.id as action_id,
  a.display_name as action_name, a.status as action_status, a.risk_level, a.audit_default
from resource_types t join resource_actions a on a.resource_type_id = t.id where t.key = $1 and a.key = $2`;
const targetQuery = `
select r.status, r.visibility, r.owner_member_id, g.id as group_id, g.path as group_path, g.status as group_status
from resources r left join groups g on g.id = r.group_id
where r.id = $1 and r.resource_type = $2 and r.space_id = $3`;
const assignmentsQuery = `
select mr.id as member_role_id, r.id as role_id, r.key as role_key, g.id as anchor_id, g.path as anchor_path
from member_roles mr join roles r on r.id = mr.role_id left join groups g on g.id = mr.scope_anchor_group_id
where mr.space_id = $1 and mr.member_id = $2 and mr.status = 'active' and r.status = 'active'
  and (mr.not_before is null or mr.not_before <= now()) and (mr.expires_at is null or mr.expires_at > now())`;
const permissionsQuery = `
select rp.role_id, p.id as permission_id, p.scope from permissions p
join role_permissions rp on rp.permission_id = p.id and rp.deleted_at is null
where p.resource = $1 and p.action = $2 and p.status = 'active' and rp.role_id = any($3)`;

type Assignment = Omit<ControlGrant, 'permission_id' | 'scope'>;
type Permission = Pick<ControlGrant, 'role_id' | 'permission_id' | 'scope'>;

async function gather(run: Run, { action, resource_type, resource_id, actor }: SentQuestion) {
  const [found] = await run('actor', actorQuery, [
    actor.user_member_id,
    actor.user_id,
    actor.member_id,
    actor.space_id,
  ]);
  const [registry] = await run('registry', registryQuery, [resource_type, action]);
  const [target] = await run('target', targetQuery, [resource_id, resource_type, actor.space_id]);
  const assignments = (await run('assignments', assignmentsQuery, [
    actor.space_id,
    actor.member_id,
  ])) as Assignment[];
  const roles = assignments.map(({ role_id }) => role_id);
  const permissions = (await run('permissions', permissionsQuery, [
    resource_type,
    action,
    roles,
  ])) as Permission[];
  const grants = assignments.flatMap((assignment) =>
    permissions
      .filter(({ role_id }) => role_id === assignment.role_id)
      .map((permission) => ({ ...assignment, ...permission })),
  );
  return { actor: found, registry, target, grants } as unknown as ControlFacts;
}

serveControl((question) =>
  onConnection(async (run) => {
    const facts = await gather(run, question);
    const verdict = decideControl(facts);
    const ids = newRecordIds();
    await run('audit', insertAuditRow, auditValues(question, facts, verdict, ids));
    return controlAnswer(question, verdict.denyCode, ids);
  }),
);
