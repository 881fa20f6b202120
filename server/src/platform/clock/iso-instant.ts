/** The last one that was written: much happens in one millisecond. */
let written = { milliseconds: Number.NaN, text: '' };

/** An instant (milliseconds since the epoch) in ISO 8601, as `Date` writes it. */
export function isoInstant(milliseconds: number): string {
  if (written.milliseconds !== milliseconds) {
    written = { milliseconds, text: new Date(milliseconds).toISOString() };
  }
  return written.text;
}
