import { type Refusal, refuseInput } from '../../contract/refusal.ts';

const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** The end of a grant or key as it was sent, cut to the millisecond: an instant after `now`. Null and undefined stay. */
export function futureInstant<Absent extends null | undefined>(
  text: string | Absent,
  now: Date,
): Date | Absent | Refusal<'VALIDATION_FAILED'> {
  if (typeof text !== 'string') return text;
  const instant = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (instant > now.getTime() && instant <= LAST) return new Date(instant);
  return refuseInput('/expires_at', 'future', 'The end has to be an instant to come, before the year 10000.');
}
