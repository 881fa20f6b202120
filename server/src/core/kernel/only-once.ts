import { ApiError } from '../../contract/api-error.ts';
import type { AnyReply, IdempotentRequest } from '../../contract/handlers.ts';
import type { Principal } from '../../contract/ports.ts';
import { isRefusal } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';

const claim = `select pg_try_advisory_xact_lock(hashtextextended($1, 1)) as claimed`;
const find = `
select request_hash, response_status, response_body, response_headers from idempotency_keys
where principal = $1 and operation_id = $2 and key = $3 and expires_at > now()`;
const keep = `
insert into idempotency_keys
  (principal, operation_id, key, request_hash, response_status, response_body, response_headers, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, now() + interval '24 hours')
on conflict (principal, operation_id, key) do update set
  request_hash = excluded.request_hash, response_status = excluded.response_status,
  response_body = excluded.response_body, response_headers = excluded.response_headers,
  created_at = now(), expires_at = excluded.expires_at`;

/**
 * Runs `work` once for an Idempotency-Key: a second request of the same caller with the same key gets the kept reply
 * for 24 hours, in the transaction that would have done the work. Without a key it runs.
 *
 * @throws ApiError IDEMPOTENCY_IN_PROGRESS while the first is under way, IDEMPOTENCY_KEY_REUSED for another request
 */
export async function onlyOnce<Reply extends AnyReply>(
  tx: Queryable,
  principal: Principal | null,
  idempotency: IdempotentRequest | null,
  work: () => Promise<Reply>,
): Promise<Reply> {
  if (idempotency === null || principal === null) return work();
  const caller = principal.kind === 'session' ? `user:${principal.userId}` : `key:${principal.apiKeyId}`;
  const { operationId, key, requestHash } = idempotency;
  const claimed = await tx.query(claim, [JSON.stringify([caller, operationId, key])]);
  if (claimed.rows[0]?.['claimed'] !== true) throw new ApiError('IDEMPOTENCY_IN_PROGRESS');
  const kept = (await tx.query(find, [caller, operationId, key])).rows[0];
  if (kept !== undefined) {
    if (kept['request_hash'] !== requestHash) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
    return replay(kept);
  }
  const reply = await work();
  if (isRefusal(reply)) return reply;
  const { status, data, version } = reply as Exclude<AnyReply, { code: string }>;
  const values = [
    caller,
    operationId,
    key,
    requestHash,
    status,
    JSON.stringify(data),
    JSON.stringify({ version }),
  ];
  await tx.query(keep, values);
  return reply;
}

function replay<Reply extends AnyReply>(kept: Record<string, unknown>): Reply {
  const { version } = kept['response_headers'] as { version?: number };
  return {
    status: kept['response_status'],
    data: kept['response_body'],
    ...(version === undefined ? {} : { version }),
    headers: { 'Idempotency-Replayed': 'true' },
  } as unknown as Reply;
}

/** Deletes replies that are not replayed any more. */
export async function forgetReplies(connection: Queryable): Promise<void> {
  await connection.query('delete from idempotency_keys where expires_at <= now()');
}
