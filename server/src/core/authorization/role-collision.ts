import type { Refusal } from '../../contract/refusal.ts';
import { collidedConstraint } from '../../platform/database/index.ts';

/**
 * Does a change, or gives what `taken` makes of its collision with another row (a unique value or an overlapping
 * window). The transaction is of no more use then: it has to be rolled back, which a refusal does.
 */
export async function changeOr<Result, Taken extends Refusal<string>>(
  change: () => Promise<Result>,
  taken: () => Taken,
): Promise<Result | Taken> {
  try {
    return await change();
  } catch (error) {
    if (collidedConstraint(error) === null) throw error;
    return taken();
  }
}
