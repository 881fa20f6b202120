import type pg from 'pg';
import { ApiError, notInTime } from '../../../contract/api-error.ts';
import type { components } from '../../../contract/generated/core/types.ts';
import type { RequestFacts } from '../../../contract/handlers.ts';
import type { Access, Principal } from '../../../contract/ports.ts';
import type { Reach } from '../../../contract/reach.ts';
import { isRefusal, type Refusal } from '../../../contract/refusal.ts';
import { reachesOf } from '../../../contract/rights.ts';
import { type Queryable, snapshotTransaction } from '../../../platform/database/index.ts';
import { appendAuditRow } from '../../kernel/index.ts';
import type { Asked } from './asked.ts';
import type { AuditMode } from './audit-mode.ts';
import { AuditRowRefused } from './audit-row-refused.ts';
import { type Decision, decide } from './decide.ts';
import { databaseFacts } from './facts-in-database.ts';
import { gatherFacts } from './gather-facts.ts';
import { hideOutOfReach } from './reach-of-question.ts';
import { type RecordedDecision, recordOf, tellRecorded } from './record-of.ts';
import type { Recorded } from './trace.ts';
import { type QuestionRefusal, understand } from './understand.ts';

/** Who asks, and through which request. */
export type DecidingRequest = { readonly access: Access; readonly request: RequestFacts };

/** A question as it came in. */
export type AskedRequest = DecidingRequest & { readonly body: components['schemas']['AuthzRequest'] };

/**
 * Decides a question by itself, in one transaction: proves the credential again, gathers the facts, decides with the
 * transaction's clock, writes the audit row, and answers only after the commit. Its snapshot is the decision's
 * moment.
 *
 * @throws AuditRowRefused when the row could not be written; other database errors as they are
 */
export async function decideOnPlainPath(
  pool: pg.Pool,
  auditMode: AuditMode,
  asked: AskedRequest,
): Promise<RecordedDecision | QuestionRefusal> {
  return decideInSnapshot<QuestionRefusal['code']>(
    pool,
    auditMode,
    asked,
    async (connection, { principal }) => {
      const reaches = reachesOf(principal, 'authz:check');
      const question = await understand(databaseFacts(connection), { principal, reaches }, asked.body);
      return isRefusal(question) ? question : { question, reaches };
    },
  );
}

/**
 * Decides a question that the server puts itself about what its caller wants to do, in the same way. The caller needs
 * no right to ask: what it may reach is what the permission of its operation reaches.
 *
 * @throws as above
 */
export async function decideAsked(
  pool: pg.Pool,
  auditMode: AuditMode,
  asking: DecidingRequest,
  question: Asked,
): Promise<RecordedDecision | Refusal<'VALIDATION_FAILED'>> {
  return decideInSnapshot<never>(pool, auditMode, asking, async (_connection, { reaches }) => ({
    question,
    reaches,
  }));
}

type Understood = { readonly question: Asked; readonly reaches: readonly Reach[] };

async function decideInSnapshot<Code extends string>(
  pool: pg.Pool,
  auditMode: AuditMode,
  asking: DecidingRequest,
  understood: (connection: Queryable, access: Access) => Promise<Understood | Refusal<Code>>,
): Promise<RecordedDecision | Refusal<Code | 'VALIDATION_FAILED'>> {
  let written = false;
  const decided = snapshotTransaction(
    pool,
    async (connection) => {
      const access = await asking.access.again(connection, { hold: false });
      const asked = await understood(connection, access);
      if (isRefusal(asked)) return asked as Refusal<Code>;
      const { question, reaches } = asked as Understood;
      const gathered = await gatherFacts(databaseFacts(connection), question);
      if (isRefusal(gathered)) return gathered;
      const decision = decide(hideOutOfReach(gathered.facts, reaches), gathered.now);
      const recorded = await record(connection, auditMode, decision, asking.request, access.principal);
      written = recorded.auditLogId !== null;
      return { decision, recorded };
    },
    (result) => {
      if (asking.request.signal?.aborted === true) throw notInTime();
      return !isRefusal(result);
    },
  );
  const result = await decided.catch((error: unknown) => {
    // After the insert only the commit is left, and a row is not on record before it has succeeded.
    throw written && !(error instanceof ApiError) ? new AuditRowRefused(error) : error;
  });
  if ('decision' in result) tellRecorded(result);
  return result;
}

async function record(
  connection: Queryable,
  auditMode: AuditMode,
  decision: Decision,
  request: RequestFacts,
  principal: Principal,
): Promise<Recorded> {
  const { recorded, row } = recordOf(decision, auditMode, request, principal);
  if (recorded.auditLogId === null) return recorded;
  try {
    await appendAuditRow(connection, row);
  } catch (error) {
    throw new AuditRowRefused(error);
  }
  return recorded;
}
