const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const MAX_LENGTH = 32;

/**
 * A duration such as `250ms`, `5s`, `30m`, `1h30m` or `30d` in milliseconds. A plain whole number counts in `plainUnit`.
 * Null when the text is no duration.
 */
export function parseDuration(text: string, plainUnit: 's' | 'm'): number | null {
  if (text.length > MAX_LENGTH) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * (UNIT_MS[plainUnit] ?? 0);
  if (!DURATION.test(text)) return null;
  let total = 0;
  for (const [, amount = '0', unit = ''] of text.matchAll(PART))
    total += Number(amount) * (UNIT_MS[unit] ?? 0);
  return Math.round(total);
}
