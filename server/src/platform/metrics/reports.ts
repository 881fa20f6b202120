import type { Family, Sample } from './metric-text.ts';

/** What one process has to tell. */
export type MetricsReport = {
  /** What it counted of its work: counters and histograms, which add up over processes. */
  readonly work: readonly Family[];
  /** What it uses itself: its memory, its processor time, its connections. */
  readonly own: readonly Family[];
};

/** The sum of several lists of metrics: series of the same name and the same labels become one. */
export function sumOf(lists: Iterable<readonly Family[]>): Family[] {
  const sums = new Map<string, { readonly family: Family; readonly samples: Map<string, Sample> }>();
  for (const family of [...lists].flat()) {
    let sum = sums.get(family.name);
    if (sum === undefined) {
      sum = { family, samples: new Map() };
      sums.set(family.name, sum);
    }
    for (const sample of family.samples) {
      const key = JSON.stringify([sample.name, sample.labels]);
      const value = (sum.samples.get(key)?.value ?? 0) + sample.value;
      sum.samples.set(key, { ...sample, value });
    }
  }
  return [...sums.values()].map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
}

/** Metrics under one label more, which tells whose they are. */
export function labelled(families: readonly Family[], label: string, value: string): Family[] {
  return families.map((family) => ({
    ...family,
    samples: family.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, [label]: value } })),
  }));
}
