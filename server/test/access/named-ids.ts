import { readFileSync } from 'node:fs';
import { operations } from '../../src/contract/generated/core/operations.ts';
import type { AccessRequest } from './access-requests.ts';

/** One place of a request at which an id can stand: a parameter, or a pointer into the body. */
export type IdSlot = {
  readonly operationId: keyof typeof operations;
  readonly in: 'path' | 'query' | 'body';
  /** The parameter, or the way through the body (`grants/0/role_id`). */
  readonly at: string;
  /** The last name of `at`: says what kind of id it is. */
  readonly name: string;
};

type Schema = {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
};
type Document = {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { operationId?: string; requestBody?: { content: Record<string, { schema: Schema }> } }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const file = new URL('../../../openapi/dist/core.openapi.json', import.meta.url);
const document = JSON.parse(readFileSync(file, 'utf8')) as Document;

/** Every place in every operation's request where the contract lets an id stand. */
export function idSlots(): readonly IdSlot[] {
  const slots: IdSlot[] = [];
  for (const [id, { parameters }] of Object.entries(operations)) {
    const operationId = id as keyof typeof operations;
    for (const { name, in: place } of parameters) {
      if (isId(name) && place !== 'header') slots.push({ operationId, in: place, at: name, name });
    }
    for (const at of idsIn(bodySchema(id))) {
      slots.push({ operationId, in: 'body', at, name: at.slice(at.lastIndexOf('/') + 1) });
    }
  }
  return slots;
}

/** The request with another id in one place. */
export function withId(request: AccessRequest, slot: IdSlot, id: string): AccessRequest {
  if (slot.in === 'path') return { ...request, params: { ...request.params, [slot.name]: id } };
  if (slot.in === 'query') return { ...request, query: { ...request.query, [slot.name]: id } };
  const body = structuredClone(request.body ?? {}) as Record<string, unknown>;
  const way = slot.at.split('/');
  let holder = body;
  for (const name of way.slice(0, -1)) {
    holder[name] ??= {};
    holder = holder[name] as Record<string, unknown>;
  }
  holder[slot.name] = id;
  return { ...request, body };
}

function isId(name: string): boolean {
  return (name === 'id' || name.endsWith('_id')) && name !== 'request_id' && name !== 'external_id';
}

function bodySchema(id: string): Schema | undefined {
  const found = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .find(({ operationId }) => operationId === id);
  return found?.requestBody?.content['application/json']?.schema;
}

function idsIn(schema: Schema | undefined, way = ''): string[] {
  if (schema === undefined || way.split('/').length > 4) return [];
  if (schema.$ref !== undefined)
    return idsIn(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''], way);
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const found = parts.flatMap((part) => idsIn(part, way));
  if (schema.items !== undefined) found.push(...idsIn(schema.items, `${way}0/`));
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (isId(name)) found.push(way + name);
    found.push(...idsIn(inner, `${way}${name}/`));
  }
  return [...new Set(found)];
}
