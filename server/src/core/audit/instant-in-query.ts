import { type Refusal, refuseInput } from '../../contract/refusal.ts';

const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * An instant of the query, which the contract has found to be RFC 3339. Digits beyond the millisecond are cut off.
 * Leap seconds and what an offset moves out of the years 1 to 9999 are refused. Undefined stays undefined.
 */
export function instantInQuery(
  text: string | undefined,
  name: string,
): Date | undefined | Refusal<'VALIDATION_FAILED'> {
  if (text === undefined) return undefined;
  const instant = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (instant >= FIRST && instant <= LAST) return new Date(instant);
  const message = 'This instant is a leap second, or not in the years 1 to 9999.';
  return refuseInput(`/${name}`, 'format', message, 'query');
}
