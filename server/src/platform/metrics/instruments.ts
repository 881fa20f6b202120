import type { Family, Sample } from './metric-text.ts';

type Labels = Readonly<Record<string, string>>;

/** Separates the values of labels in the name of a series; no label of ours holds it. */
const SEPARATOR = '\u0000';

/** A number that only grows, one for each set of labels. Its labels always come in the same order. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(labels: Labels = {}, by = 1): void {
    const key = keyOf(labels);
    const series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, { labels, value: by });
    else series.value += by;
  }

  family(): Family {
    const samples = [...this.#series.values()].map(({ labels, value }) => ({
      name: this.#name,
      labels,
      value,
    }));
    return { name: this.#name, help: this.#help, type: 'counter', samples };
  }
}

/** How often values fell at or below each of some bounds, with their sum and number, for each set of labels. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<
    string,
    { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }
  >();

  /** `bounds` are the upper bounds of the buckets in rising order; a last bucket without bound is added. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = keyOf(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    series.sum += value;
    series.count += 1;
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket !== -1) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
  }

  family(): Family {
    const samples = [...this.#series.values()].flatMap(({ labels, counts, sum, count }) => {
      const buckets: Sample[] = [];
      let below = 0;
      for (const [at, bound] of this.#bounds.entries()) {
        below += counts[at] ?? 0;
        buckets.push(this.#bucket(labels, String(bound), below));
      }
      return [
        ...buckets,
        this.#bucket(labels, '+Inf', count),
        { name: `${this.#name}_sum`, labels, value: sum },
        { name: `${this.#name}_count`, labels, value: count },
      ];
    });
    return { name: this.#name, help: this.#help, type: 'histogram', samples };
  }

  #bucket(labels: Labels, le: string, value: number): Sample {
    return { name: `${this.#name}_bucket`, labels: { ...labels, le }, value };
  }
}

function keyOf(labels: Labels): string {
  return Object.values(labels).join(SEPARATOR);
}
