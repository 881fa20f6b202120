import { isRefusal, type Refusal, refuseInput } from '../../contract/refusal.ts';
import { sentInstant } from '../kernel/index.ts';

/** The end of a grant or key as it was sent, which has to be after `now`. Null and undefined stay what they are. */
export function futureInstant<Absent extends null | undefined>(
  text: string | Absent,
  now: Date,
): Date | Absent | Refusal<'VALIDATION_FAILED'> {
  const instant = sentInstant(text, '/expires_at');
  if (isRefusal(instant) || !(instant instanceof Date) || instant > now) return instant;
  return refuseInput('/expires_at', 'future', 'The end has to be an instant to come.');
}
