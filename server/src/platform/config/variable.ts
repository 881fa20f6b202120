/** How the text of a variable is read. Bounds are inclusive; those of durations are written like values. */
export type VariableKind =
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'duration'; readonly min: string; readonly max: string; readonly plainUnit?: 'm' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'text'; readonly pattern: string; readonly accepted: string }
  | { readonly type: 'url' }
  | { readonly type: 'database-url' }
  | { readonly type: 'secret' }
  | { readonly type: 'secret-list' }
  | { readonly type: 'origin-list' }
  | { readonly type: 'network-list' };

/** Everything that is known of one environment variable: the only place where it is written down. */
export type Variable = VariableKind & {
  readonly group: VariableGroup;
  /** Other names that are read as well. */
  readonly aliases?: readonly string[];
  /** What counts when the variable is not set, as it would be written; null: nothing, see `meaning`. */
  readonly default: string | null;
  /** What counts instead when SERVER_MODE is production. */
  readonly productionDefault?: string;
  readonly meaning: string;
  /** The rule that holds in production on top of the type. */
  readonly production?: string;
  readonly requiredInProduction?: true;
  /** Required in every mode as soon as DATABASE_URL is set; without it the data folder holds the value. */
  readonly requiredWithDatabase?: true;
  /** What `.env.example` suggests where there is no default. */
  readonly example?: string;
};

/** The chapters of the documentation, in their order. */
export const VARIABLE_GROUPS = [
  'Process',
  'HTTP',
  'Database',
  'Secrets',
  'Sessions and passwords',
  'Registration',
  'Audit and optional features',
] as const;
export type VariableGroup = (typeof VARIABLE_GROUPS)[number];

/** The TypeScript value that a variable of the table is read into; durations are milliseconds. */
export type ValueOf<V extends Variable> = V['default'] extends null ? Present<V> | null : Present<V>;

type Present<V extends Variable> = V extends { type: 'boolean' }
  ? boolean
  : V extends { type: 'integer' | 'duration' }
    ? number
    : V extends { type: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : V extends { type: 'secret-list' | 'origin-list' | 'network-list' }
        ? readonly string[]
        : string;

/** Whether the value of a variable must never be shown. */
export function isSecretVariable(variable: Variable): boolean {
  return ['secret', 'secret-list', 'database-url'].includes(variable.type);
}
