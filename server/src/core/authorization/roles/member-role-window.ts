import { isRefusal, type Refusal, refuseInput } from '../../../contract/refusal.ts';
import { sentInstant } from '../../kernel/index.ts';

/** When an assignment counts: from `notBefore` up to, not including, `expiresAt`. Null is without a bound. */
export type Window = { readonly notBefore: Date | null; readonly expiresAt: Date | null };

/** The bounds of a window as they are sent; one that is left out stays as it is. */
type SentWindow = {
  readonly not_before?: string | null | undefined;
  readonly expires_at?: string | null | undefined;
};

/**
 * The window after a change. Bounds within the same millisecond are one instant. Refuses a window that is empty, and
 * an instant that cannot be kept.
 */
export function windowAfter(before: Window, sent: SentWindow): Window | Refusal<'VALIDATION_FAILED'> {
  const beginning = sentInstant(sent.not_before, '/not_before');
  if (isRefusal(beginning)) return beginning;
  const end = sentInstant(sent.expires_at, '/expires_at');
  if (isRefusal(end)) return end;
  const notBefore = beginning === undefined ? before.notBefore : beginning;
  const expiresAt = end === undefined ? before.expiresAt : end;
  if (notBefore !== null && expiresAt !== null && expiresAt <= notBefore) {
    const pointer = end === undefined ? '/not_before' : '/expires_at';
    return refuseInput(pointer, 'window', 'expires_at has to be after not_before.');
  }
  return { notBefore, expiresAt };
}
