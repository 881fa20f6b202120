import type { CoreHandlers, CoreInput } from '../../../contract/core.ts';
import { isRefusal } from '../../../contract/refusal.ts';
import { orAuditUnavailable } from './audit-row-refused.ts';
import type { AuthorizationServices } from './authorization-services.ts';
import { decideBatch } from './check-batch.ts';
import { decideFromMemory } from './memory-path.ts';
import { decideOnPlainPath } from './plain-path.ts';
import { decisionAnswer } from './trace.ts';

/** The operations that may know their caller from memory: what they answer is verified when it goes on record. */
export const decidingOperations: ReadonlySet<string> = new Set([
  'checkAuthorization',
  'explainAuthorization',
  'checkAuthorizationBatch',
]);

/** Characters of the traces in the answer to a batch, all together. What has none is read from the audit log. */
const tracesTogether = 16 * 2 ** 20;

/** Check and explain run the same code; they differ in how much of the decision they show. */
export function authorizationHandlers(
  services: AuthorizationServices,
): CoreHandlers<'checkAuthorization' | 'explainAuthorization' | 'checkAuthorizationBatch'> {
  return {
    checkAuthorization: (input) => answer(services, input, input.body.explain === true),
    explainAuthorization: (input) => answer(services, input, true),
    async checkAuthorizationBatch(input) {
      const { items } = input.body;
      const decisions = await decideBatch(services, input, items).catch(orAuditUnavailable);
      if (isRefusal(decisions)) return decisions;
      let room = tracesTogether;
      const answers = decisions.map(({ decision, recorded }, place) => {
        const explained = items[place]?.explain === true && room > 0;
        const answer = decisionAnswer(decision, recorded, explained);
        if (explained) room -= JSON.stringify(answer).length;
        return answer;
      });
      return { status: 200, data: { items: answers } };
    },
  };
}

async function answer(
  services: AuthorizationServices,
  input: CoreInput<'checkAuthorization'>,
  explained: boolean,
) {
  const result = await decided(services, input);
  if (isRefusal(result)) return result;
  const { decision, recorded } = result;
  const { traceId, auditLogId } = recorded;
  return {
    status: 200 as const,
    data: decisionAnswer(decision, recorded, explained),
    headers:
      auditLogId === null
        ? { 'X-Plystra-Trace-ID': traceId }
        : { 'X-Plystra-Trace-ID': traceId, 'X-Plystra-Audit-Log-ID': auditLogId },
  };
}

/** What memory does not decide, the database does; then memory may have missed something. */
async function decided(services: AuthorizationServices, input: CoreInput<'checkAuthorization'>) {
  const { pool, auditMode, memory } = services;
  try {
    const remembered = await decideFromMemory(memory, auditMode, input);
    if (remembered !== null) return remembered;
    memory.follower.look();
    return await decideOnPlainPath(pool, auditMode, input);
  } catch (error) {
    return orAuditUnavailable(error);
  }
}
