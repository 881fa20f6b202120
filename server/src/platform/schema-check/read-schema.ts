import { createHash } from 'node:crypto';

import type { ClientBase, QueryResultRow } from 'pg';

import {
  COLUMNS_QUERY,
  CONSTRAINTS_QUERY,
  EXTENSIONS_QUERY,
  FUNCTIONS_QUERY,
  INDEXES_QUERY,
  PARTITIONS_QUERY,
  TABLES_QUERY,
  TRIGGERS_QUERY,
} from './catalog-queries.ts';
import {
  type ColumnSnapshot,
  type FunctionSnapshot,
  type PartitionRule,
  type PartitionSnapshot,
  type SchemaSnapshot,
  sortedRecord,
  type TriggerSnapshot,
} from './schema-snapshot.ts';

const ENABLED = { O: 'origin', A: 'always', R: 'replica', D: 'disabled' } as const;
const VOLATILITY = { i: 'immutable', s: 'stable', v: 'volatile' } as const;

interface NamedDefinition extends QueryResultRow {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}
interface TriggerRow extends NamedDefinition {
  readonly enabled: keyof typeof ENABLED;
}
interface TableRow extends QueryResultRow {
  readonly table: string;
  readonly key: string | null;
  readonly defaultPartition: boolean | null;
}
type ColumnRow = ColumnSnapshot & QueryResultRow & { readonly table: string; readonly name: string };
interface PartitionRow extends QueryResultRow {
  readonly name: string;
  readonly parent: string;
  readonly isDefault: boolean;
}
interface FunctionRow extends QueryResultRow {
  readonly signature: string;
  readonly returns: string;
  readonly language: string;
  readonly volatility: keyof typeof VOLATILITY;
  readonly source: string;
}

/**
 * Reads the schema that unqualified names resolve to, as a value that can be compared with another one, and its
 * partitions beside it. Prints alike on PostgreSQL 15 to 18. Reads only.
 */
export async function readSchema(
  client: ClientBase,
): Promise<{ snapshot: SchemaSnapshot; partitions: PartitionSnapshot[] }> {
  const rows = async <Row extends QueryResultRow>(query: string): Promise<Row[]> =>
    (await client.query<Row>(query)).rows;
  // One after the other: a connection answers one query at a time.
  const tables = await rows<TableRow>(TABLES_QUERY);
  const columns = groupByTable(await rows<ColumnRow>(COLUMNS_QUERY));
  const constraints = groupByTable(await rows<NamedDefinition>(CONSTRAINTS_QUERY));
  const indexes = groupByTable((await rows<NamedDefinition>(INDEXES_QUERY)).map(withoutSchema));
  const triggers = groupByTable(await rows<TriggerRow>(TRIGGERS_QUERY));
  const partitionRows = await rows<PartitionRow>(PARTITIONS_QUERY);
  const functions = await rows<FunctionRow>(FUNCTIONS_QUERY);
  const extensions = await rows<{ name: string }>(EXTENSIONS_QUERY);

  const triggersOf = (table: string): Record<string, TriggerSnapshot> =>
    sortedRecord((triggers.get(table) ?? []).map((row) => [row.name, describeTrigger(row)]));
  const definitionsOf = (found: readonly NamedDefinition[] | undefined): Record<string, string> =>
    sortedRecord((found ?? []).map(({ name, definition }) => [name, definition]));
  const partitions = partitionRows.map(({ name, parent }) => ({ name, parent, triggers: triggersOf(name) }));
  const partitionRule = ({ table, key, defaultPartition }: TableRow): { partitions?: PartitionRule } => {
    if (key === null) return {};
    // The DEFAULT partition is always there, so it is the one that shows what each must have.
    const model = partitionRows.find(({ parent, isDefault }) => parent === table && isDefault);
    const required = model === undefined ? {} : triggersOf(model.name);
    return { partitions: { key, defaultPartition: defaultPartition === true, triggers: required } };
  };

  const snapshot: SchemaSnapshot = {
    extensions: sortedRecord(extensions.map(({ name }) => [name, true])),
    tables: sortedRecord(
      tables.map((row) => [
        row.table,
        {
          columns: sortedRecord(
            (columns.get(row.table) ?? []).map(({ name, ...column }) => [name, describe(column)]),
          ),
          constraints: definitionsOf(constraints.get(row.table)),
          indexes: definitionsOf(indexes.get(row.table)),
          triggers: triggersOf(row.table),
          ...partitionRule(row),
        },
      ]),
    ),
    functions: sortedRecord(functions.map((row) => [row.signature, describeFunction(row)])),
  };
  return { snapshot, partitions };
}

function groupByTable<Row extends { readonly table: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ table }) => table);
}

/** An index is printed with the schema of its table, which an installation may choose. */
function withoutSchema(row: NamedDefinition): NamedDefinition {
  return { ...row, definition: row.definition.replace(/ ON (ONLY )?\S+ USING /, ' ON $1{table} USING ') };
}

function describe({ type, nullable, default: value, collation }: Omit<ColumnRow, 'name'>): ColumnSnapshot {
  return { type, nullable, default: value, collation };
}

function describeTrigger({ definition, enabled, table }: TriggerRow): TriggerSnapshot {
  return { definition: definition.replace(` ON ${table} `, ' ON {table} '), enabled: ENABLED[enabled] };
}

function describeFunction({ returns, language, volatility, source }: FunctionRow): FunctionSnapshot {
  const body = createHash('sha256').update(source.replaceAll('\r\n', '\n'), 'utf8').digest('hex');
  return { returns, language, volatility: VOLATILITY[volatility], body };
}
