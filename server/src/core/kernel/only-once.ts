import { ApiError } from '../../contract/api-error.ts';
import type { AnyReply, IdempotentRequest } from '../../contract/handlers.ts';
import type { Principal } from '../../contract/ports.ts';
import { isRefusal } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';

const claimKey = `select pg_try_advisory_xact_lock(hashtextextended($1, 1)) as claimed`;
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

/** The steps by which an Idempotency-Key is honoured, in their order. Without a key they do nothing. */
type OnlyOnce = {
  /** Refuses while the same request is under way in this process, before anything is waited for. */
  guarding<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses while it is under way in another process, first thing in the transaction. */
  claim(tx: Queryable): Promise<void>;
  /** The kept reply of a request that was carried out before; else does the work and keeps its reply. */
  replayOr<Reply extends AnyReply>(tx: Queryable, work: () => Promise<Reply>): Promise<Reply>;
};

const underWay = new Set<string>();

/**
 * Lets a caller's request with an Idempotency-Key be carried out once: the same request gets the kept reply for 24
 * hours, which was committed together with the work.
 *
 * @throws ApiError (from its steps) IDEMPOTENCY_IN_PROGRESS, or IDEMPOTENCY_KEY_REUSED for another request
 */
export function onlyOnce(principal: Principal | null, idempotency: IdempotentRequest | null): OnlyOnce {
  if (idempotency === null || principal === null) return withoutKey;
  const caller = principal.kind === 'session' ? `user:${principal.userId}` : `key:${principal.apiKeyId}`;
  const { operationId, key, requestHash } = idempotency;
  const name = JSON.stringify([caller, operationId, key]);
  return {
    async guarding(work) {
      if (underWay.has(name)) throw new ApiError('IDEMPOTENCY_IN_PROGRESS');
      underWay.add(name);
      try {
        return await work();
      } finally {
        underWay.delete(name);
      }
    },
    async claim(tx) {
      const { rows } = await tx.query(claimKey, [name]);
      if (rows[0]?.['claimed'] !== true) throw new ApiError('IDEMPOTENCY_IN_PROGRESS');
    },
    async replayOr(tx, work) {
      const kept = (await tx.query(find, [caller, operationId, key])).rows[0];
      if (kept !== undefined) {
        if (kept['request_hash'] !== requestHash) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
        return replay(kept);
      }
      const reply = await work();
      if (isRefusal(reply)) return reply;
      const { status, data, version } = reply as Exclude<AnyReply, { code: string }>;
      const headers = JSON.stringify({ version });
      await tx.query(keep, [caller, operationId, key, requestHash, status, JSON.stringify(data), headers]);
      return reply;
    },
  };
}

const withoutKey: OnlyOnce = {
  guarding: (work) => work(),
  claim: async () => undefined,
  replayOr: (_tx, work) => work(),
};

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
