import type { Validate } from './validators.ts';

/** How often answers are held against the contract, and who is told of a breach. */
export type ResponseCheck = {
  readonly mode: 'always' | 'sampled' | 'off';
  /** Called with a sentence when a sampled answer breaks the contract. */
  readonly report: (breach: string) => void;
};

const sampleEvery = 100;
let answers = 0;

/**
 * Holds an answer against the schema of its operation. In the mode `always` a breach is a fault of the server and
 * throws; sampled answers go out and the breach is reported.
 */
export function checkResponse(check: ResponseCheck, validate: Validate | undefined, body: unknown): void {
  if (check.mode === 'off') return;
  answers += 1;
  if (check.mode === 'sampled' && answers % sampleEvery !== 0) return;
  if (validate === undefined) throw new Error('The contract declares no such success of this operation.');
  if (validate(body)) return;
  const [first] = validate.errors ?? [];
  const breach = `The answer breaks its contract at ${first?.instancePath ?? ''}: ${first?.message ?? ''}`;
  if (check.mode === 'always') throw new Error(breach);
  check.report(breach);
}
