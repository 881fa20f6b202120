/** A decision was made and its audit row could not be written, so the decision is not given. */
export class AuditRowRefused extends Error {
  override readonly name = 'AuditRowRefused';

  constructor(cause: unknown) {
    super('The audit row of a decision was not written.', { cause });
  }
}
