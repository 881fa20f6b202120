import type { EntityName, EntitySchema, InferEntity, RequiredEntityData } from '@mikro-orm/core';
import type { Refusal } from '../../contract/refusal.ts';
import { collidedConstraint, type Transaction } from '../../platform/database/index.ts';

/**
 * Inserts an entity, or gives what `taken` makes of a unique collision. `taken` gets the name of the field that is
 * taken as callers know it, or null when the collision is not about one field.
 */
export async function insertOr<Schema extends EntitySchema, Taken extends Refusal<string>>(
  { em }: Transaction,
  entity: Schema,
  data: RequiredEntityData<InferEntity<Schema>>,
  taken: (field: string | null) => Taken,
): Promise<InferEntity<Schema> | Taken> {
  const created = em.create(entity as unknown as EntityName<object>, data as never);
  try {
    await em.flush();
  } catch (error) {
    const constraint = collidedConstraint(error);
    if (constraint === null) throw error;
    return taken(fieldOf(constraint, entity.meta.tableName));
  }
  return created as InferEntity<Schema>;
}

/** PostgreSQL names a unique constraint `<table>_<columns>_key` and a primary key `<table>_pkey`. */
function fieldOf(constraint: string, table: string): string | null {
  if (constraint === `${table}_pkey`) return 'id';
  const columns = /^(?:space_id_)?(.+)_key$/.exec(constraint.slice(table.length + 1))?.[1];
  return columns ?? null;
}
