import { ApiError } from '../../../contract/api-error.ts';

/** A decision was made and its audit row could not be written, so the decision is not given. */
export class AuditRowRefused extends Error {
  override readonly name = 'AuditRowRefused';

  constructor(cause: unknown) {
    super('The audit row of a decision was not written.', { cause });
  }
}

/** Turns the refusal of an audit row into the answer that a caller gets; other errors pass. */
export function orAuditUnavailable(error: unknown): never {
  if (!(error instanceof AuditRowRefused)) throw error;
  throw ApiError.forNow('AUDIT_UNAVAILABLE', 1, error);
}
