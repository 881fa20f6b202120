export { checkSchema, formatSnapshot, loadSnapshot, SNAPSHOT_FILE } from './check-schema.ts';
export { compareSchema, type SchemaDifference } from './compare-schema.ts';
export { readSchema } from './read-schema.ts';
export { instant, instantOfInsert, metadata, mutableRow } from './row-properties.ts';
export type { ColumnSnapshot, SchemaSnapshot, TableSnapshot, TriggerSnapshot } from './schema-snapshot.ts';
