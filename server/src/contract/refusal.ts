import type { Violation } from './violation.ts';

/** A code of the one table, returned instead of a result: nothing was changed, and this is why. */
export class Refusal<Code extends string> {
  readonly code: Code;
  readonly details: unknown;
  /** Seconds after which it is worth trying again; null when it is not a matter of time. */
  readonly retryAfter: number | null;

  constructor(code: Code, details: unknown = null, retryAfter: number | null = null) {
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/** Refuses with a code and what the table says its details hold. */
export function refuse<const Code extends string>(code: Code, details: unknown = null): Refusal<Code> {
  return new Refusal(code, details);
}

/** Refuses for now: the caller may try again after `seconds`. */
export function refuseForNow<const Code extends string>(code: Code, seconds: number): Refusal<Code> {
  const wait = Math.max(1, Math.ceil(seconds));
  return new Refusal(code, { retry_after_seconds: wait }, wait);
}

/** Refuses a body or parameter for a rule that a schema cannot say. */
export function refuseInput(
  pointer: string,
  rule: string,
  message: string,
  place: Violation['in'] = 'body',
): Refusal<'VALIDATION_FAILED'> {
  return new Refusal('VALIDATION_FAILED', [{ in: place, pointer, rule, message }]);
}

/** Refuses because a unique field is taken; `field` is null when the collision is not about one field. */
export function refuseTaken<const Code extends string>(code: Code, field: string | null): Refusal<Code> {
  return new Refusal(code, { field });
}

/** Whether a result is a refusal. */
export function isRefusal<T>(result: T): result is Extract<T, Refusal<string>> {
  return result instanceof Refusal;
}
