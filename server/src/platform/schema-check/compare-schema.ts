import type { ColumnSnapshot, PartitionSnapshot, SchemaSnapshot, TableSnapshot } from './schema-snapshot.ts';

/** One way in which a database differs from what its migrations give. */
export interface SchemaDifference {
  readonly kind: 'missing' | 'changed' | 'unexpected';
  /** For example `column users.email`. */
  readonly object: string;
  /** A sentence for the operator. */
  readonly message: string;
}

/** Lists how `found` differs from `expected`, in words, table by table. Pure; nothing means equal. */
export function compareSchema(
  expected: SchemaSnapshot,
  found: SchemaSnapshot,
  partitions: readonly PartitionSnapshot[] = [],
): SchemaDifference[] {
  return [
    ...compareRecords('extension ', expected.extensions, found.extensions, () => []),
    ...compareRecords('table ', expected.tables, found.tables, compareTable),
    ...compareRecords('function ', expected.functions, found.functions, (name, wanted, actual) =>
      compareFields(`function ${name}`, wanted, actual),
    ),
    ...partitions.flatMap((partition) => comparePartition(expected, partition)),
  ];
}

function compareTable(table: string, expected: TableSnapshot, found: TableSnapshot): SchemaDifference[] {
  return [
    ...compareRecords(`column ${table}.`, expected.columns, found.columns, (name, wanted, actual) =>
      compareColumn(`column ${table}.${name}`, wanted, actual),
    ),
    ...compareRecords(
      `constraint ${table}.`,
      expected.constraints,
      found.constraints,
      (name, wanted, actual) => compareValue(`constraint ${table}.${name}`, '', wanted, actual),
    ),
    ...compareRecords(`index ${table}.`, expected.indexes, found.indexes, (name, wanted, actual) =>
      compareValue(`index ${table}.${name}`, '', wanted, actual),
    ),
    ...compareRecords(`trigger ${table}.`, expected.triggers, found.triggers, (name, wanted, actual) =>
      compareFields(`trigger ${table}.${name}`, wanted, actual),
    ),
    ...compareValue(`table ${table}`, 'partition key ', expected.partitions?.key, found.partitions?.key),
    ...compareValue(
      `table ${table}`,
      'default partition ',
      expected.partitions?.defaultPartition,
      found.partitions?.defaultPartition,
    ),
  ];
}

/** A partition may have any name and bound; it must carry the triggers that the migrations give to each. */
function comparePartition(
  expected: SchemaSnapshot,
  { name, parent, triggers }: PartitionSnapshot,
): SchemaDifference[] {
  const rule = expected.tables[parent]?.partitions;
  if (rule === undefined) return [];
  return compareRecords(`trigger ${name}.`, rule.triggers, triggers, (trigger, wanted, actual) =>
    compareFields(`trigger ${name}.${trigger}`, wanted, actual),
  );
}

function compareColumn(object: string, expected: ColumnSnapshot, found: ColumnSnapshot): SchemaDifference[] {
  const nullability = ({ nullable }: ColumnSnapshot): string => (nullable ? 'null' : 'not null');
  return [
    ...compareValue(object, 'type ', expected.type, found.type),
    ...compareValue(object, '', nullability(expected), nullability(found)),
    ...compareValue(object, 'default ', expected.default, found.default),
    ...compareValue(object, 'collation ', expected.collation, found.collation),
  ];
}

function compareFields(object: string, expected: object, found: object): SchemaDifference[] {
  const actual = new Map<string, unknown>(Object.entries(found));
  return Object.entries(expected).flatMap(([field, value]) => {
    if (field === 'body' && value !== actual.get(field)) {
      return [{ kind: 'changed' as const, object, message: `${object}: its body was changed` }];
    }
    return compareValue(object, `${field} `, value, actual.get(field));
  });
}

function compareValue(object: string, label: string, expected: unknown, found: unknown): SchemaDifference[] {
  if (expected === found) return [];
  const say = (value: unknown): string => String(value ?? 'none');
  const message = `${object}: ${label}${say(expected)} expected, found ${say(found)}`;
  return [{ kind: 'changed', object, message }];
}

function compareRecords<Value>(
  prefix: string,
  expected: Readonly<Record<string, Value>>,
  found: Readonly<Record<string, Value>>,
  compare: (name: string, expected: Value, found: Value) => SchemaDifference[],
): SchemaDifference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names.flatMap((name): SchemaDifference[] => {
    const [wanted, actual] = [expected[name], found[name]];
    const object = `${prefix}${name}`;
    if (wanted === undefined) {
      return [{ kind: 'unexpected', object, message: `${object}: not made by any migration` }];
    }
    if (actual === undefined) return [{ kind: 'missing', object, message: `${object}: missing` }];
    return compare(name, wanted, actual);
  });
}
