import type { Refusal } from '../../contract/refusal.ts';
import { collidedConstraint } from '../../platform/database/index.ts';

/** Does a change that may collide with a unique value of another row, and gives `taken` when it does. */
export async function changeUnique<Result, Taken extends Refusal<string>>(
  change: () => Promise<Result>,
  taken: Taken,
): Promise<Result | Taken> {
  try {
    return await change();
  } catch (error) {
    if (collidedConstraint(error) === null) throw error;
    return taken;
  }
}
