import { EventEmitter } from 'node:events';

/** What this process has put on record, told after the commit: decisions, and rows of decisions and mutations. */
type RecordedEvents = {
  /** Outcome, and the deny code of a deny. */
  decision: [outcome: 'allow' | 'deny', denyCode: string | null];
  /** How many rows a commit brought. */
  rows: [count: number];
  /** The scopes of the authorization graph whose revisions a commit may have moved. */
  moved: [scopes: readonly string[]];
};

/** Tells those who count. Listeners must not throw. */
export const recordedEvents = new EventEmitter<RecordedEvents>();
