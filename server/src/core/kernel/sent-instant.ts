import { type Refusal, refuseInput } from '../../contract/refusal.ts';
import type { Violation } from '../../contract/violation.ts';

const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * An instant of a body or query, which the contract has found to be RFC 3339. Digits beyond the millisecond are cut
 * off. Leap seconds and what an offset moves out of the years 1 to 9999 cannot be kept and are refused at `pointer`.
 * Null and undefined stay what they are.
 */
export function sentInstant<Absent extends null | undefined>(
  text: string | Absent,
  pointer: string,
  place: Violation['in'] = 'body',
): Date | Absent | Refusal<'VALIDATION_FAILED'> {
  if (typeof text !== 'string') return text;
  const instant = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (instant >= FIRST && instant <= LAST) return new Date(instant);
  return refuseInput(
    pointer,
    'format',
    'This instant cannot be kept: it is a leap second, or not in the years 1 to 9999.',
    place,
  );
}
