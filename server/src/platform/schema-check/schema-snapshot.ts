/** A column as the catalog describes it. */
export interface ColumnSnapshot {
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  /** Null when it is the type's own. */
  readonly collation: string | null;
}

/** A trigger: its definition without the table's name, and when it fires. */
export interface TriggerSnapshot {
  readonly definition: string;
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled';
}

/** What every partition of a table must have, since partitions come and go by date. */
export interface PartitionRule {
  readonly key: string;
  readonly defaultPartition: boolean;
  readonly triggers: Readonly<Record<string, TriggerSnapshot>>;
}

/** A table; constraints and indexes by name, as PostgreSQL prints them. */
export interface TableSnapshot {
  readonly columns: Readonly<Record<string, ColumnSnapshot>>;
  readonly constraints: Readonly<Record<string, string>>;
  readonly indexes: Readonly<Record<string, string>>;
  readonly triggers: Readonly<Record<string, TriggerSnapshot>>;
  readonly partitions?: PartitionRule;
}

/** A function; its body as a SHA-256. */
export interface FunctionSnapshot {
  readonly returns: string;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly body: string;
}

/** The schema of a database as a plain value with sorted keys; equal schemas give equal JSON. */
export interface SchemaSnapshot {
  readonly extensions: Readonly<Record<string, true>>;
  readonly tables: Readonly<Record<string, TableSnapshot>>;
  /** By signature, `name(argument types)`. */
  readonly functions: Readonly<Record<string, FunctionSnapshot>>;
}

/** One partition that exists now. */
export interface PartitionSnapshot {
  readonly name: string;
  readonly parent: string;
  readonly triggers: Readonly<Record<string, TriggerSnapshot>>;
}

/** Makes an object of pairs, keys in code-point order. */
export function sortedRecord<Value>(pairs: Iterable<readonly [string, Value]>): Record<string, Value> {
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}
