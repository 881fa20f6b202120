import {
  bodySchema,
  componentName,
  type Document,
  deref,
  type LocatedOperation,
  type Schema,
} from './openapi.ts';

/** Where the permission of an operation has to hold: `x-plystra-scope`, parsed. */
export type Scope =
  | { kind: 'none' | 'self' | 'instance' }
  | { kind: 'space'; parameter: string; in: 'path' | 'query' }
  | { kind: 'entity'; table: string; parameter: string }
  | { kind: 'body'; pointer: string };

const grammar =
  /^(?:(?<plain>none|self|instance)|space\((?<space>\w+)\)|entity\((?<table>\w+), (?<entity>\w+)\)|body\((?<body>(?:\/\w+)+)\))$/;

/**
 * Parses the scope of an operation and checks that what it names is there: the parameter, the table, the place in
 * the body. Throws with what is wrong.
 */
export function parseScope(document: Document, at: LocatedOperation, tables: ReadonlySet<string>): Scope {
  const text = at.operation['x-plystra-scope'] ?? '';
  const { plain, space, table, entity, body } = grammar.exec(text)?.groups ?? {};
  if (plain === 'none' || plain === 'self' || plain === 'instance') return { kind: plain };
  if (space !== undefined) return spaceScope(at, space);
  if (table !== undefined && entity !== undefined) {
    if (!tables.has(table)) throw new Error(`no migration creates the table ${table}`);
    if (!at.parameters.some(({ name, in: place }) => name === entity && place === 'path'))
      throw new Error(`there is no path parameter ${entity}`);
    return { kind: 'entity', table, parameter: entity };
  }
  if (body !== undefined) {
    if (!bodyHas(document, bodySchema(at.operation), body))
      throw new Error(`the request body has no ${body}`);
    return { kind: 'body', pointer: body };
  }
  throw new Error(
    `"${text}" is none of none, self, instance, space(parameter), entity(table, path parameter), body(pointer)`,
  );
}

function spaceScope(at: LocatedOperation, parameter: string): Scope {
  const found = at.parameters.find(({ name }) => name === parameter);
  if (found?.in !== 'path' && found?.in !== 'query')
    throw new Error(`there is no path or query parameter ${parameter}`);
  return { kind: 'space', parameter, in: found.in };
}

function bodyHas(document: Document, schema: Schema | null, pointer: string): boolean {
  let place: Schema | undefined = schema ?? undefined;
  for (const part of pointer.slice(1).split('/')) {
    const target: Schema | undefined = place && unwrap(document, place);
    place = target?.properties?.[part];
  }
  return place !== undefined;
}

/** The object behind a reference or behind the nullable form of one. */
function unwrap(document: Document, schema: Schema): Schema {
  const named = schema.anyOf?.find((variant) => componentName(variant) !== null) ?? schema;
  return deref<Schema>(document, named as { $ref: string });
}
