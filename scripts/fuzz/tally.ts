/** What the hooks counted of some calls. */
export type Tally = {
  /** How often each operation answered each status. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often each operation refused a request that is right by its schema, by the rule that it broke. */
  readonly inWords: Readonly<Record<string, number>>;
};

/** The tally of no calls. */
export const nothing: Tally = { statuses: {}, inWords: {} };

/** How many calls there were. */
export function callsOf({ statuses }: Tally): number {
  return Object.values(statuses)
    .flatMap((counts) => Object.values(counts))
    .reduce((sum, count) => sum + count, 0);
}

/** Both together. */
export function sumOf(a: Tally, b: Tally): Tally {
  const ids = new Set([...Object.keys(a.statuses), ...Object.keys(b.statuses)]);
  return {
    statuses: Object.fromEntries(
      [...ids].map((id) => [id, sumOfCounts(a.statuses[id] ?? {}, b.statuses[id] ?? {})]),
    ),
    inWords: sumOfCounts(a.inWords, b.inWords),
  };
}

/** What was called, what never succeeded, and which rules were not taken for findings, for a person to read. */
export function tallyText(tally: Tally): string {
  const operations = Object.entries(tally.statuses).toSorted(byName);
  const never = operations.filter(
    ([, counts]) => !Object.keys(counts).some((status) => status.startsWith('2')),
  );
  const succeeded = operations.length - never.length;
  const lines = [
    `${callsOf(tally)} calls; ${succeeded} of ${operations.length} operations succeeded at least once.`,
    ...never.map(([id, counts]) => `  not ${id}: ${JSON.stringify(counts)}`),
    'Refused by rules that a schema cannot state:',
    ...Object.entries(tally.inWords)
      .toSorted(byName)
      .map(([rule, count]) => `  ${rule}: ${count}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sumOfCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
