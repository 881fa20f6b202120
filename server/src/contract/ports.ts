import type { IncomingHttpHeaders } from 'node:http';
import type { Queryable } from '../platform/database/index.ts';
import type { Operation } from './operation.ts';
import type { Reach } from './reach.ts';
import type { HeldRight } from './rights.ts';

/** The four ids of the Member that a session acts through. */
export type ActiveActor = {
  readonly user_id: string;
  readonly member_id: string;
  readonly user_member_id: string;
  readonly space_id: string;
};

/** Who calls, proven by a credential. */
export type Principal =
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      readonly userId: string;
      readonly actor: ActiveActor | null;
      readonly rights: readonly HeldRight[];
    }
  | {
      readonly kind: 'api_key';
      readonly apiKeyId: string;
      readonly createdByUserId: string | null;
      readonly rights: readonly HeldRight[];
    };

/** Turns the credential in the headers into a principal. */
export type Credentials = {
  /** The credential in the headers as it was sent; null without one that can be read. */
  sent(headers: IncomingHttpHeaders): string | null;
  /** Null without any credential; throws ApiError AUTHENTICATION_REQUIRED when one is sent and not valid. */
  authenticate(headers: IncomingHttpHeaders): Promise<Proven | null>;
};

/** Whether what a right rests on is kept as it is until the transaction ends, or only looked at. */
export type Holding = { readonly hold: boolean };

/** A principal whose credential was proven, and can be proven again on another connection. */
export type Proven = {
  readonly principal: Principal;
  /**
   * Proves the same secret anew on `connection`, inside its transaction; throws when it has gone since. With `hold`
   * the credential and the rights cannot be taken away before the transaction ends.
   */
  again(connection: Queryable, holding: Holding): Promise<Principal>;
};

/**
 * What was read of memory to know a caller. It may be out of date, so it has to be verified in the database when what
 * the caller asked for is put on record; until then nothing may be answered that rests on it.
 */
export type Memory = {
  /** The run of the database server that it was read from; the revisions of another one are not to be compared. */
  readonly run: string;
  /** Each scope that was read, with the revision at which it stood. */
  readonly revisions: ReadonlyMap<string, number>;
  /** The session, and its User, as they were read; null for an API key. */
  readonly session: SeenSession | null;
  readonly user: SeenUser | null;
  /** Between these instants (milliseconds since the epoch) time alone does not change who the caller is. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
};

/** A session as it was read by the hash of its access token. `expiresAt` is in milliseconds since the epoch. */
export type SeenSession = {
  readonly id: string;
  readonly userId: string;
  readonly hash: string;
  readonly bindingId: string | null;
  readonly expiresAt: number;
};

/** A User as it was read, without its address, which no decision tells. */
export type SeenUser = { readonly id: string; readonly status: string };

/** A principal that was known from memory. */
export type Recalled = Proven & { readonly memory: Memory };

/**
 * Knows callers from memory, for operations that verify it. Null where memory does not suffice or would refuse: a
 * refusal always comes from the database.
 */
export type Recall = (headers: IncomingHttpHeaders) => Promise<Recalled | null>;

/** What a guard needs to know of a request. */
export type GuardedRequest = {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** Decides whether a principal may carry out an operation here. */
export type Guard = {
  /**
   * Gives the reaches with which the principal holds the operation's permission; throws ApiError
   * ADMIN_PERMISSION_REQUIRED or the entity's NOT_FOUND code when it may not.
   */
  authorize(principal: Principal, request: GuardedRequest, connection?: Queryable): Promise<readonly Reach[]>;
};

/** The right to carry out one operation, as its handler gets it. */
export type Access = {
  readonly principal: Principal;
  /** Where the principal holds the operation's permission; lists show what is within. */
  readonly reaches: readonly Reach[];
  /** Reads credential and grants again inside a transaction and decides anew. Throws like the guard. */
  again(connection: Queryable, holding: Holding): Promise<Access>;
  /** Where the principal was known from memory: what that rests on, and the same anew. Null where it was proven. */
  readonly recalled: { readonly memory: Memory; afresh(): Promise<Access | null> } | null;
};
