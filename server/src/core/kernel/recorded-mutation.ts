import { notInTime } from '../../contract/api-error.ts';
import type { AnyReply, IdempotentRequest, RequestFacts } from '../../contract/handlers.ts';
import type { Access, Principal } from '../../contract/ports.ts';
import { isRefusal } from '../../contract/refusal.ts';
import { type Database, isCollision, type Transaction } from '../../platform/database/index.ts';
import { newAuditIds } from '../../platform/ids/index.ts';
import { redact } from '../../platform/logging/index.ts';
import { appendAuditRow } from './audit-row.ts';
import { inTurn } from './in-turn.ts';
import { onlyOnce } from './only-once.ts';
import { recordedEvents } from './recorded-events.ts';
import { traceVersion } from './trace-version.ts';

/** What a mutation did to one object, for the audit log. */
export type Change = {
  /** The audit action, as the operation's contract declares it. */
  readonly action: string;
  /** The Space of the object; null for what belongs to the instance. */
  readonly spaceId: string | null;
  readonly resourceType: string;
  /** Null only for an attempt on something that is not there. */
  readonly resourceId: string | null;
  /** The object before; null when it is new. */
  readonly before: unknown;
  /** The object after; null when it is gone. */
  readonly after: unknown;
  /** Who did it, where no credential says so (a login, a registration); otherwise left out. */
  readonly actor?: ChangeActor;
  /** `deny` for an attempt that is recorded and was refused; left out, it was done. */
  readonly decision?: 'allow' | 'deny';
};

/** The User behind a change, and the Member acted through; null where there is none. */
export type ChangeActor = {
  readonly userId: string | null;
  readonly memberId: string | null;
  readonly userMemberId: string | null;
};

/** The transaction of a mutation. */
export type Mutation = Transaction & {
  /** The caller's right, read again inside the transaction; null for callers without credential. */
  readonly access: Access | null;
  /** The instant of the transaction by the database's clock. */
  readonly now: Date;
  /** Writes the audit row of a change. It commits with the change or not at all. */
  record(change: Change): Promise<void>;
};

/** Who asks for a mutation, and through which request. */
export type MutationRequest = {
  readonly access: Access | null;
  readonly request: RequestFacts;
  readonly idempotency: IdempotentRequest | null;
};

/**
 * Runs a mutation in one transaction. `scopes` are the Spaces whose revisions it will move (null is the instance):
 * they are locked first, in one order, so that changes within a Space are serial and locks never cross. Then the
 * caller's credential and grants are read again, then `work` reads and writes and gives the reply. A refusal rolls
 * everything back. With an Idempotency-Key the reply is kept in the same transaction, and replayed to the next caller.
 */
export async function recordedMutation<Reply extends AnyReply>(
  database: Database,
  request: MutationRequest,
  scopes: readonly (string | null)[],
  work: (mutation: Mutation) => Promise<Reply>,
): Promise<Reply> {
  const once = onlyOnce(request.access?.principal ?? null, request.idempotency);
  return once.guarding(() =>
    transaction(
      database,
      { facts: request.request, scopes, claim: once.claim },
      async (mutation, recordBy) => {
        const access = request.access && (await request.access.again(mutation, { hold: true }));
        const record = recordBy(access?.principal ?? null);
        return once.replayOr(mutation, () => work({ ...mutation, access, record }));
      },
      (reply) => !isRefusal(reply),
    ),
  );
}

/**
 * The same transaction for operations that know their caller by other means than a credential: nothing is read again,
 * `access` is null, and `commits` says which results are kept (all, when it is left out).
 */
export async function recordedTransaction<Result>(
  database: Database,
  facts: RequestFacts,
  scopes: readonly (string | null)[],
  work: (mutation: Mutation) => Promise<Result>,
  commits: (result: Result) => boolean = () => true,
): Promise<Result> {
  return transaction(database, { facts, scopes, claim: async () => undefined }, work, commits);
}

type RecordBy = (principal: Principal | null) => Mutation['record'];

type Opening = {
  readonly facts: RequestFacts;
  readonly scopes: readonly (string | null)[];
  /** What is to be claimed before anything is waited for. */
  readonly claim: (tx: Transaction) => Promise<void>;
};

/** A wait for a lock ends after this time: the caller is told to come back, and its connection is free again. */
const lockTimeout = '5s';
const tries = 4;

/** Runs the transaction in its turn, and again when it collided with another one: what collided was rolled back. */
async function transaction<Result>(
  database: Database,
  opening: Opening,
  work: (mutation: Mutation, recordBy: RecordBy) => Promise<Result>,
  commits: (result: Result) => boolean,
): Promise<Result> {
  const scopes = opening.scopes.map((scope) => scope ?? '*');
  return inTurn(scopes, async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await attemptOnce(database, { ...opening, scopes }, work, commits);
      } catch (error) {
        if (attempt === tries || !isCollision(error)) throw error;
      }
    }
  });
}

async function attemptOnce<Result>(
  database: Database,
  { facts, scopes, claim }: Opening & { readonly scopes: readonly string[] },
  work: (mutation: Mutation, recordBy: RecordBy) => Promise<Result>,
  commits: (result: Result) => boolean,
): Promise<Result> {
  let rows = 0;
  let committed = false;
  const result = await database.transaction(
    async (tx) => {
      await tx.query("select set_config('lock_timeout', $1, true)", [lockTimeout]);
      await claim(tx);
      if (scopes.length > 0) await tx.query('select plystra_lock_scopes($1)', [scopes]);
      const clock = await tx.query("select date_trunc('milliseconds', now()) as now");
      const now = clock.rows[0]?.['now'] as Date;
      const recordBy: RecordBy = (principal) => async (change) => {
        await writeChange(tx, change, principal, facts, now);
        rows += 1;
      };
      return work({ ...tx, access: null, now, record: recordBy(null) }, recordBy);
    },
    (done) => {
      if (facts.signal?.aborted === true) throw notInTime();
      committed = commits(done);
      return committed;
    },
  );
  if (committed && rows > 0) recordedEvents.emit('rows', rows);
  if (committed && scopes.length > 0) recordedEvents.emit('moved', scopes);
  return result;
}

async function writeChange(
  tx: Transaction,
  change: Change,
  principal: Principal | null,
  request: RequestFacts,
  now: Date,
): Promise<void> {
  const ids = newAuditIds(now.getTime());
  const actor = change.actor === undefined ? actorOf(principal) : givenActor(change.actor);
  await appendAuditRow(tx, {
    id: ids.auditLogId,
    spaceId: change.spaceId,
    ...actor,
    action: change.action,
    resourceType: change.resourceType,
    resourceId: change.resourceId,
    decision: change.decision ?? 'allow',
    denyCode: null,
    trace: JSON.stringify({
      trace_version: traceVersion,
      trace_id: ids.traceId,
      kind: 'mutation',
      actor: {
        user_id: actor.actorUserId,
        member_id: actor.actorMemberId,
        user_member_id: actor.actorUserMemberId,
        api_key_id: actor.actorApiKeyId,
      },
      target: { type: change.resourceType, id: change.resourceId, space_id: change.spaceId },
      before: redact(change.before),
      after: redact(change.after),
      request: { request_id: request.id, ip: request.ip, user_agent: request.userAgent },
      recorded_at: now.toISOString(),
    }),
    requestId: request.id,
    ipAddress: request.ip,
    userAgent: request.userAgent,
  });
}

function actorOf(principal: Principal | null) {
  const session = principal?.kind === 'session' ? principal : null;
  return {
    actorUserId: session?.userId ?? null,
    actorMemberId: session?.actor?.member_id ?? null,
    actorUserMemberId: session?.actor?.user_member_id ?? null,
    actorApiKeyId: principal?.kind === 'api_key' ? principal.apiKeyId : null,
  };
}

function givenActor(actor: ChangeActor) {
  return {
    actorUserId: actor.userId,
    actorMemberId: actor.memberId,
    actorUserMemberId: actor.userMemberId,
    actorApiKeyId: null,
  };
}
