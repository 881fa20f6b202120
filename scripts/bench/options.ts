import { parseArgs } from 'node:util';
import { type Variant, variants } from './variants.ts';

/** What the command line asks for. */
export type BenchOptions = {
  readonly quick: boolean;
  readonly rounds: number;
  readonly windowMs: number;
  readonly warmUpMs: number;
  /** The variants to measure; null for all that there are, and everything beside them. */
  readonly only: readonly Variant[] | null;
  /** Where the figures go. */
  readonly json: string;
};

/** How the command is used. */
export const usage = `usage: npm run bench [-- <options>]

Measures the server beside its controls, in interleaved rounds on this machine, and holds the ratios to their targets.
  --quick         one short round, in about a minute; its figures are a hint, not a result
  --rounds <n>    rounds (5)
  --window <ms>   length of a measured window (2500)
  --only <names>  some variants only, with commas: ${variants.map(({ name }) => name).join(', ')}
  --json <file>   where the figures go (.cache/bench.json)

The figures of a full run become docs/performance.md by: node scripts/bench/performance-doc.ts --from .cache/bench.json
`;

/** Reads the command line; null when it asks for help. Throws an Error when it makes no sense. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      window: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string', default: '.cache/bench.json' },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, only, json } = values;
  if (values.help) return null;
  return {
    quick,
    rounds: count('--rounds', values.rounds, quick ? 1 : 5),
    windowMs: count('--window', values.window, quick ? 500 : 2500),
    warmUpMs: quick ? 150 : 600,
    only: only === undefined ? null : only.split(',').map(named),
    json,
  };
}

function named(name: string): Variant {
  const found = variants.find((variant) => variant.name === name);
  if (found === undefined) throw new Error(`There is no variant ${name}.`);
  return found;
}

function count(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`${option} needs a whole number from 1 on.`);
  return number;
}
