import { type Call, unexpected, type Wire } from './api-client.ts';
import type { Question } from './questions.ts';

/** An answer, and how it differs from what it must be (empty: it does not). */
export type Answered = { readonly decision: Wire['AuthzDecision']; readonly differences: readonly string[] };

/**
 * Asks one question, looks the audit row of the answer up, and compares both with what they must be.
 *
 * @throws DemoFailure when the server answers with an error
 */
export async function ask(call: Call, { asked, body, denyCode }: Question): Promise<Answered> {
  const answer = await call('/authz/explain', body);
  if (!answer.ok) throw unexpected(`Asking "${asked}"`, answer);
  const decision = answer.data as Wire['AuthzDecision'];
  const differences: string[] = [];
  const compare = (what: string, found: unknown, wanted: unknown) => {
    if (found !== wanted) differences.push(`${what} is ${String(found)} and must be ${String(wanted)}`);
  };
  compare('allow', decision.allow, denyCode === null);
  compare('deny_code', decision.deny_code, denyCode);
  compare('the number of matching grants', decision.matched_candidates?.length, 1);
  const row = await auditRow(call, decision.audit_log_id);
  compare('decision on record', row?.decision, decision.decision);
  compare('deny_code on record', row?.deny_code, denyCode);
  compare('User on record', row?.actor_user_id, body.actor?.user_id);
  compare('Member on record', row?.actor_member_id, body.actor?.member_id);
  compare('binding on record', row?.actor_user_member_id, body.actor?.user_member_id);
  return { decision, differences };
}

async function auditRow(call: Call, id: string | null): Promise<Partial<Wire['AuditLogDetail']> | null> {
  // A server whose AUDIT_WRITE_MODE keeps no row says so; the comparison tells.
  if (id === null) return null;
  const answer = await call(`/audit/logs/${id}`);
  if (!answer.ok) throw unexpected(`Reading the audit row ${id}`, answer);
  return answer.data as Wire['AuditLogDetail'];
}
