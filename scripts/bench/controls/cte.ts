import { controlAnswer, newRecordIds } from './control-answer.ts';
import { type ControlFacts, decideControl } from './control-facts.ts';
import { onConnection } from './control-pool.ts';
import { auditValues, insertAuditRow } from './control-record.ts';
import { serveControl } from './serve-control.ts';

// The same with everything read by one prepared statement.
const factsQuery = `
with actor as (
  select u.email, u.status as user_status, m.display_name, m.status as member_status, b.relation_type,
    b.status as binding_status, b.is_primary, s.name as space_name, s.status as space_status
  from user_members b join users u on u.id = b.user_id join members m on m.id = b.member_id
  join spaces s on s.id = b.space_id
  where b.id = $1 and b.user_id = $2 and b.member_id = $3 and b.space_id = $4
    and (b.expires_at is null or b.expires_at > now())
), registry as (
  select t.id as type_id, t.display_name as type_name, t.status as type_status, t.source, a.id as action_id,
    a.display_name as action_name, a.status as action_status, a.risk_level, a.audit_default
  from resource_types t join resource_actions a on a.resource_type_id = t.id where t.key = $5 and a.key = $6
), target as (
  select r.status, r.visibility, r.owner_member_id, g.id as group_id, g.path as group_path,
    g.status as group_status
  from resources r left join groups g on g.id = r.group_id
  where r.id = $7 and r.resource_type = $5 and r.space_id = $4
), grants as (
  select mr.id as member_role_id, r.id as role_id, r.key as role_key, p.id as permission_id, p.scope,
    g.id as anchor_id, g.path as anchor_path
  from member_roles mr join roles r on r.id = mr.role_id
  join role_permissions rp on rp.role_id = r.id and rp.deleted_at is null
  join permissions p on p.id = rp.permission_id
  left join groups g on g.id = mr.scope_anchor_group_id
  where mr.space_id = $4 and mr.member_id = $3 and mr.status = 'active' and r.status = 'active'
    and p.resource = $5 and p.action = $6 and p.status = 'active'
    and (mr.not_before is null or mr.not_before <= now()) and (mr.expires_at is null or mr.expires_at > now())
)
select (select to_json(actor) from actor) as actor, (select to_json(registry) from registry) as registry,
  (select to_json(target) from target) as target,
  (select coalesce(json_agg(grants), '[]') from grants) as grants`;

serveControl((question) =>
  onConnection(async (run) => {
    const { actor } = question;
    const [row] = await run('facts', factsQuery, [
      actor.user_member_id,
      actor.user_id,
      actor.member_id,
      actor.space_id,
      question.resource_type,
      question.action,
      question.resource_id,
    ]);
    const facts = row as ControlFacts;
    const verdict = decideControl(facts);
    const ids = newRecordIds();
    await run('audit', insertAuditRow, auditValues(question, facts, verdict, ids));
    return controlAnswer(question, verdict.denyCode, ids);
  }),
);
