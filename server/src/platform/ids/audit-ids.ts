import { randomHex } from './random-hex.ts';

/** The ids of one audit row and of the trace that it holds: two names of the same UUID. */
export type AuditIds = { readonly auditLogId: string; readonly traceId: string };

const AUDIT_PREFIX = 'audit_';
const TRACE_PREFIX = 'trc_';
const UUID_V7 = /^(?:audit|trc)_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;
const MAX_INSTANT = 2 ** 48 - 1;
const MAX_COUNTER = 0xfff;
/** The digits whose two upper bits are those of the variant (RFC 9562 §4.1). */
const VARIANT = '89ab';
/** A clock that was set back by more than this is followed: ids must not tell a time that is long gone. */
const MAX_STEP_BACK_MS = 60_000;

/**
 * A source of audit ids for one process. They are UUIDs of version 7 (RFC 9562 §5.7) in 32 hexadecimal digits without
 * dashes: the millisecond, a 12-bit counter that orders ids of the same millisecond (§6.2, method 1), 62 random bits.
 */
export class AuditIdSource {
  #instant = -1;
  /** The instant in hexadecimal digits: many ids are of one millisecond. */
  #time = '';
  #counter = 0;

  /**
   * The next pair of ids, greater than all before in the order of bytes. `nowMs` is the time in milliseconds since
   * 1970. While the clock stands still or steps back by up to a minute, the last instant is counted on.
   */
  next(nowMs: number): AuditIds {
    const now = Math.floor(nowMs);
    if (!(now >= 0 && now <= MAX_INSTANT))
      throw new RangeError('An audit id needs a time between 1970 and 10889.');
    if (now > this.#instant || now < this.#instant - MAX_STEP_BACK_MS) this.#start(now);
    else if (this.#counter < MAX_COUNTER) this.#counter += 1;
    else this.#start(this.#instant + 1);

    const counter = this.#counter.toString(16).padStart(3, '0');
    const random = randomHex(8);
    const variant = VARIANT[Number.parseInt(random.charAt(0), 16) & 3];
    const hex = `${this.#time}7${counter}${variant}${random.slice(1)}`;
    return { auditLogId: AUDIT_PREFIX + hex, traceId: TRACE_PREFIX + hex };
  }

  /** The counter begins at a random value below half of its range, so that it rarely runs over. */
  #start(instant: number): void {
    this.#instant = instant;
    this.#time = instant.toString(16).padStart(12, '0');
    this.#counter = Number.parseInt(randomHex(2), 16) & (MAX_COUNTER >> 1);
  }
}

const source = new AuditIdSource();

/** The next pair of ids of this process, monotonic within it; `nowMs` as for `AuditIdSource.next`. */
export function newAuditIds(nowMs: number): AuditIds {
  return source.next(nowMs);
}

/** The millisecond since 1970 in which an audit or trace id was made, or null when the text is not such an id. */
export function instantOfAuditId(id: string): number | null {
  const time = UUID_V7.exec(id)?.[1];
  return time === undefined ? null : Number.parseInt(time, 16);
}
