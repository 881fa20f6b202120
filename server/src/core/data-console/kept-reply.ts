import type { AnyReply } from '../../contract/handlers.ts';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import { type MutationRequest, recordedMutation } from '../kernel/index.ts';
import { NO_SCOPES } from './services.ts';

/**
 * The reply that was kept for the Idempotency-Key of a request; null when the request has to be carried out. A request
 * that is repeated gets it without being decided again, for the decision comes before the mutation that would look.
 */
export async function keptReply<Reply extends AnyReply>(
  database: Database,
  request: MutationRequest,
): Promise<Reply | null> {
  if (request.idempotency === null) return null;
  const nothing = refuse('NOT_KEPT');
  const look = async (): Promise<Reply | Refusal<'NOT_KEPT'>> => nothing;
  const reply = await recordedMutation(database, request, NO_SCOPES, look);
  return reply === nothing ? null : (reply as Reply);
}
