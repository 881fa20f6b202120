/** What PostgreSQL says about a statement that it refused: the five-character SQLSTATE and the constraint. */
export type DatabaseFault = { readonly sqlState: string; readonly constraint: string | null };

/** Looks for PostgreSQL's refusal in an error or in what it was caused by; null when there is none. */
export function databaseFault(error: unknown): DatabaseFault | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = next(cause), depth += 1) {
    const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
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

/**
 * Whether the database could not be reached or has gone away: connection failures (class 08), shutdown (57P0x),
 * too many connections (53300), a pool without a free connection, and sockets that broke.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const fault = databaseFault(error);
  if (fault !== null) return /^(08|57P0|53300)/.test(fault.sqlState);
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = next(cause), depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)/.test(code)) return true;
    if (/timeout exceeded when trying to connect|Connection terminated|not queryable/.test(cause.message)) {
      return true;
    }
  }
  return false;
}
