/** What PostgreSQL says about a statement that it refused: the five-character SQLSTATE and the constraint. */
export type DatabaseFault = { readonly sqlState: string; readonly constraint: string | null };

/** Looks for PostgreSQL's refusal in an error or in what it was caused by; null when there is none. */
export function databaseFault(error: unknown): DatabaseFault | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = next(cause), depth += 1) {
    const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
    if (typeof code === 'string' && /^(?=.*[0-9])[0-9A-Z]{5}$/.test(code)) {
      return { sqlState: code, constraint: typeof constraint === 'string' ? constraint : null };
    }
  }
  return null;
}

function next(error: Error): unknown {
  return error.cause ?? (error as { previous?: unknown }).previous;
}

/** The constraint that a write collided with (unique or exclusion); null when it is another fault. */
export function collidedConstraint(error: unknown): string | null {
  const fault = databaseFault(error);
  return fault !== null && (fault.sqlState === '23505' || fault.sqlState === '23P01')
    ? fault.constraint
    : null;
}

/** Whether transactions met in a way that only a repetition solves: a deadlock, or a change under a snapshot. */
export function isCollision(error: unknown): boolean {
  const state = databaseFault(error)?.sqlState;
  return state === '40P01' || state === '40001';
}

/**
 * Whether it is a matter of time: the database could not be reached or has gone away (class 08, 57P0x), has no
 * connection or room left (class 53), gave up waiting for a lock or ran into the time limit of a statement (55P03,
 * 57014), only reads, as a standby does until it takes over (25006), or the socket broke.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const fault = databaseFault(error);
  if (fault !== null) return /^(08|25006|53|55P03|57014|57P0)/.test(fault.sqlState);
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = next(cause), depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)/.test(code)) return true;
    if (
      /timeout exceeded when trying to connect|timeout expired|Connection terminated|not queryable/.test(
        cause.message,
      )
    ) {
      return true;
    }
  }
  return false;
}
