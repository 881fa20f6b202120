import { editDistance } from '../crypto/index.ts';
import { acceptedBy } from './accepted.ts';
import type { ConfigProblem } from './config-error.ts';
import { parseValue } from './parse-value.ts';
import type { Variable } from './variable.ts';
import { NEIGHBOUR_VARIABLES, VARIABLE_LIST, VARIABLES, type Values } from './variables.ts';

/** Names to texts, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable read by its own type, and what could not be read. */
export type Reading = {
  readonly values: Values;
  /** Names of the variables that were given, under this name or an alias; an empty text is not given. */
  readonly given: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
};

/** Slips in a name: one for each three characters after the prefix, and never more than this. */
const MAX_TYPING_DISTANCE = 4;

/** Reads the whole table from an environment. A variable that is wrong has its default in `values`. */
export function readValues(environment: Environment): Reading {
  const problems: ConfigProblem[] = [];
  const given = new Set<string>();
  const production =
    readText(environment, 'SERVER_MODE', VARIABLES.SERVER_MODE).text?.trim() === 'production';
  const values: Record<string, unknown> = {};

  for (const [name, variable] of VARIABLE_LIST) {
    const { text, conflict } = readText(environment, name, variable);
    if (conflict !== undefined)
      problems.push({ variable: name, problem: conflict, accepted: 'one of the two names' });
    if (text !== undefined) given.add(name);
    const parsed = text === undefined ? undefined : parseValue(variable, text);
    if (parsed !== undefined && 'problem' in parsed) {
      problems.push({ variable: name, problem: parsed.problem, accepted: acceptedBy(variable) });
    }
    values[name] =
      parsed !== undefined && 'value' in parsed ? parsed.value : defaultValue(variable, production);
  }
  problems.push(...unknownVariables(environment));
  // The loop has put a value of its type under every name of the table.
  return { values: values as Values, given, problems };
}

/** The value that counts when a variable is not given. Throws when the table itself is wrong. */
export function defaultValue(variable: Variable, production: boolean): unknown {
  const text = (production ? variable.productionDefault : undefined) ?? variable.default;
  if (text === null) return null;
  const parsed = parseValue(variable, text);
  if ('problem' in parsed) throw new TypeError(`A default of the table of variables ${parsed.problem}.`);
  return parsed.value;
}

function readText(
  environment: Environment,
  name: string,
  variable: Variable,
): { readonly text?: string; readonly conflict?: string } {
  const [first, ...others] = [name, ...(variable.aliases ?? [])].filter(
    (key) => (environment[key] ?? '') !== '',
  );
  if (first === undefined) return {};
  const text = environment[first] ?? '';
  const other = others.find((key) => environment[key] !== text);
  return other === undefined
    ? { text }
    : { text, conflict: `is given as ${first} and, differently, as ${other}` };
}

/** Variables with our prefix that mean nothing: nearly always slips of the pen, and silent ones otherwise. */
function unknownVariables(environment: Environment): ConfigProblem[] {
  const known = VARIABLE_LIST.flatMap(([name, variable]) => [name, ...(variable.aliases ?? [])]);
  const names = new Set<string>([...known, ...NEIGHBOUR_VARIABLES]);
  return Object.keys(environment)
    .filter((name) => /^PLYSTRA_/i.test(name) && !names.has(name) && environment[name] !== undefined)
    .sort()
    .map((name) => {
      const meant = nearest(name, known);
      const problem = `is not a variable of Plystra${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
      return { variable: name, problem, accepted: 'the names of docs/configuration.md' };
    });
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const typed = name.toUpperCase();
  const bare = typed.replace(/^PLYSTRA_/, '');
  const limit = Math.min(MAX_TYPING_DISTANCE, Math.ceil(bare.length / 3));
  // Without the prefix too: it is often put before names that have none.
  const ranked = known
    .map((candidate) => ({
      candidate,
      distance: Math.min(editDistance(typed, candidate, limit), editDistance(bare, candidate, limit)),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.candidate;
}
