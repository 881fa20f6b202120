import { isRefusal, type Refusal, refuseInput } from '../../contract/refusal.ts';

/** When an assignment counts: from `notBefore` up to, not including, `expiresAt`. Null is without a bound. */
export type Window = { readonly notBefore: Date | null; readonly expiresAt: Date | null };

/** The bounds of a window as they are sent; one that is left out stays as it is. */
type SentWindow = {
  readonly not_before?: string | null | undefined;
  readonly expires_at?: string | null | undefined;
};

/**
 * The window after a change. Digits below the millisecond are cut off, so bounds within the same millisecond are
 * one instant. Refuses a window that is empty and an instant that no calendar has.
 */
export function windowAfter(before: Window, sent: SentWindow): Window | Refusal<'VALIDATION_FAILED'> {
  const notBefore = bound(before.notBefore, sent, 'not_before');
  if (isRefusal(notBefore)) return notBefore;
  const expiresAt = bound(before.expiresAt, sent, 'expires_at');
  if (isRefusal(expiresAt)) return expiresAt;
  if (notBefore !== null && expiresAt !== null && expiresAt <= notBefore) {
    const pointer = sent.expires_at === undefined ? '/not_before' : '/expires_at';
    return refuseInput(pointer, 'window', 'expires_at has to be after not_before.');
  }
  return { notBefore, expiresAt };
}

// The first and the last millisecond that four digits of a year can name in UTC.
const earliest = Date.parse('0001-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

function bound(
  before: Date | null,
  sent: SentWindow,
  name: 'not_before' | 'expires_at',
): Date | null | Refusal<'VALIDATION_FAILED'> {
  const text = sent[name];
  if (text === undefined) return before;
  if (text === null) return null;
  const milliseconds = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  // A leap second is an instant to RFC 3339 and none to the database.
  if (milliseconds >= earliest && milliseconds <= latest) return new Date(milliseconds);
  return refuseInput(`/${name}`, 'instant', 'The instant has to exist, between the years 1 and 9999 in UTC.');
}
