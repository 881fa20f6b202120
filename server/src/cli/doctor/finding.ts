/** How a check came out; `skipped` was not looked at, and so nothing is said about it. */
export type FindingState = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one look of `doctor` found. A check has one finding, or one for each thing that is wrong. */
export type Finding = {
  /** Name of the check. */
  readonly check: string;
  readonly state: FindingState;
  /** What was found, as a sentence. */
  readonly message: string;
  /** What to do about it; null where all is well. */
  readonly hint: string | null;
  /** Figures for programs. */
  readonly figures?: Readonly<Record<string, unknown>>;
};

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (message: string, figures?: Finding['figures']): Finding => finding('ok', message, null, figures),
    warning: (message: string, hint: string, figures?: Finding['figures']): Finding =>
      finding('warning', message, hint, figures),
    failed: (message: string, hint: string, figures?: Finding['figures']): Finding =>
      finding('failed', message, hint, figures),
    skipped: (message: string): Finding => finding('skipped', message, null),
  };
  function finding(
    state: FindingState,
    message: string,
    hint: string | null,
    figures?: Finding['figures'],
  ): Finding {
    return { check, state, message, hint, ...(figures === undefined ? {} : { figures }) };
  }
}
