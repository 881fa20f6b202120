/** A JSON value as it stands in a contract. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema of OpenAPI 3.1, as far as the authoring rules allow it. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  format?: string;
  pattern?: string;
  enum?: readonly Json[];
  const?: Json;
  default?: Json;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  propertyNames?: Schema;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  discriminator?: { propertyName: string; mapping?: Readonly<Record<string, string>> };
  nullable?: boolean;
  writeOnly?: boolean;
  examples?: readonly Json[];
  'x-extensible-enum'?: boolean;
  'x-extensible-union'?: boolean;
}

/** A reference, or the thing itself. */
export type Ref<T> = T | { $ref: string };

/** An example object, or a reference to one. */
export interface Example {
  summary?: string;
  value: Json;
}

/** A parameter of an operation. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: Json;
}

/** A response header. */
export interface Header {
  description?: string;
  schema: Schema;
}

/** One content type of a body. */
export interface MediaType {
  schema?: Schema;
  example?: Json;
  examples?: Readonly<Record<string, Ref<Example>>>;
}

/** A response of an operation. */
export interface Response {
  description: string;
  headers?: Record<string, Ref<Header>>;
  content?: Record<string, MediaType>;
}

/** An operation with the extensions that `openapi/README.md` asks for. */
export interface Operation {
  operationId?: string;
  tags?: readonly string[];
  summary?: string;
  description?: string;
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  parameters?: readonly Ref<Parameter>[];
  requestBody?: { required?: boolean; description?: string; content: Readonly<Record<string, MediaType>> };
  responses?: Record<string, Ref<Response>>;
  'x-plystra-permission'?: string;
  'x-plystra-scope'?: string;
  'x-plystra-stability'?: string;
  'x-plystra-errors'?: readonly string[];
  'x-plystra-audit'?: readonly string[];
  'x-plystra-idempotent'?: boolean;
  'x-plystra-pagination'?: { order: readonly string[] };
  'x-plystra-sdk'?: { method: string };
}

/** The methods that a path can have, in the order in which they are written out. */
export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** A path of a contract with its operations. */
export type PathItem = { parameters?: readonly Ref<Parameter>[] } & {
  [Method in (typeof methods)[number]]?: Operation;
};

/** A bundled contract. */
export interface Document {
  openapi: string;
  info: { title: string; version: string };
  tags?: readonly { name: string; description?: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas?: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    headers?: Record<string, Header>;
    responses?: Record<string, Response>;
    examples?: Record<string, Example>;
    securitySchemes?: Record<string, Record<string, Json>>;
  };
}

/** An operation with its place and with its parameters resolved, those of the path first. */
export interface LocatedOperation {
  id: string;
  tag: string;
  method: (typeof methods)[number];
  path: string;
  pointer: string;
  parameters: readonly Parameter[];
  operation: Operation;
}

/** JSON pointer (RFC 6901) made of unescaped segments. */
export function pointer(...segments: readonly (string | number)[]): string {
  return segments.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value that a local reference (`#/...`) points to. Throws if there is none. */
export function resolve<T>(document: unknown, reference: string): T {
  let value: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (!reference.startsWith('#/') || value === undefined) throw new Error(`No target for $ref ${reference}`);
  return value as T;
}

/** The thing itself, behind a reference or not. */
export function deref<T extends object>(document: Document, value: Ref<T>): T {
  return '$ref' in value && typeof value.$ref === 'string' ? resolve<T>(document, value.$ref) : (value as T);
}

/** Name of the component that a reference points to, or null when the schema is written in place. */
export function componentName(schema: Schema | undefined): string | null {
  return schema?.$ref?.split('/').at(-1) ?? null;
}

/** All operations, by path in the order of the document and then by method. */
export function operationsOf(document: Document): LocatedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return [
        {
          id: operation.operationId ?? `${method} ${path}`,
          tag: operation.tags?.[0] ?? '',
          method,
          path,
          pointer: pointer('paths', path, method),
          parameters: parameters.map((parameter) => deref<Parameter>(document, parameter)),
          operation,
        },
      ];
    }),
  );
}

/** Schema of the JSON request body, or null. */
export function bodySchema(operation: Operation): Schema | null {
  return operation.requestBody?.content['application/json']?.schema ?? null;
}

/** The success responses of an operation, by ascending status. */
export function successes(document: Document, operation: Operation): [status: string, Response][] {
  return Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith('2'))
    .map(([status, response]) => [status, deref<Response>(document, response)]);
}

/** The JSON schemas of the success responses. */
export function successSchemas(document: Document, operation: Operation): Schema[] {
  return successes(document, operation).flatMap(
    ([, { content }]) => content?.['application/json']?.schema ?? [],
  );
}

/** The schemas right below a schema, with the last part of their pointers. */
export function childSchemas(schema: Schema): [at: string, Schema][] {
  const named: [string, Schema][] = Object.entries(schema.properties ?? {}).map(([name, child]) => [
    pointer('properties', name),
    child,
  ]);
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const [index, child] of (schema[key] ?? []).entries()) named.push([pointer(key, index), child]);
  for (const key of ['items', 'additionalProperties', 'propertyNames'] as const) {
    const child = schema[key];
    if (typeof child === 'object') named.push([pointer(key), child]);
  }
  return named;
}

/** A schema and all below it that are written in place (references are not followed). */
export function* walkSchema(schema: Schema, at: string): Generator<[at: string, Schema]> {
  yield [at, schema];
  for (const [step, child] of childSchemas(schema)) yield* walkSchema(child, at + step);
}

/** Names of the components that can be reached from the schemas, these included. */
export function reachable(document: Document, from: readonly Schema[]): Set<string> {
  const names = new Set<string>();
  const waiting = [...from];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    const name = componentName(schema);
    if (name !== null && !names.has(name)) {
      names.add(name);
      waiting.push(resolve<Schema>(document, `#/components/schemas/${name}`));
    }
    waiting.push(...childSchemas(schema).map(([, child]) => child));
  }
  return names;
}
