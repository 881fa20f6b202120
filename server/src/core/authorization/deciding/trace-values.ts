import { redact } from '../../../platform/logging/index.ts';

/** Metadata that is longer as JSON is not repeated in every trace; in its place stands how long it is. */
const mostMetadata = 8_192;
/** Rows that are kept are shown again and again. */
const shownBefore = new WeakMap<object, Record<string, unknown>>();

/** Metadata as a trace shows it: without secrets, and not too long. */
export function shown(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const before = shownBefore.get(metadata);
  if (before !== undefined) return before;
  const { length } = JSON.stringify(metadata);
  const made = length > mostMetadata ? { plystra_left_out: `${length} characters` } : redact(metadata);
  shownBefore.set(metadata, made as Record<string, unknown>);
  return made as Record<string, unknown>;
}

/** A status: facts hold it as text, and the database's CHECK constraints and the contract's enums say which there are. */
export function open<Status extends string>(status: string): Status {
  return status as Status;
}
