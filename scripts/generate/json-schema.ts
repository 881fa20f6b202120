import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Schema } from './openapi.ts';

/** A schema without what only OpenAPI knows, ready for a JSON Schema validator. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a conversion depends on. */
export interface Conversion {
  /** What stands before the name in a reference, in place of `#/components/schemas/`. */
  base: string;
  /** Whether `default` is kept: a validator of requests fills it in, one of answers must not. */
  defaults: boolean;
}

const annotations = new Set([
  'description',
  'title',
  'examples',
  'example',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/**
 * Converts a schema of OpenAPI 3.1: drops annotations and extensions, rewrites references, reduces `discriminator`
 * to its `propertyName` (all that Ajv reads) and puts `type: object` beside it (Ajv's strict mode asks for it).
 */
export function toJsonSchema(schema: Schema, conversion: Conversion): JsonSchema {
  const convert = (child: Schema): JsonSchema => toJsonSchema(child, conversion);
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (annotations.has(key) || key.startsWith('x-') || (key === 'default' && !conversion.defaults)) continue;
    if (key === '$ref') out[key] = String(value).replace('#/components/schemas/', conversion.base);
    else if (key === 'discriminator') out[key] = { propertyName: schema.discriminator?.propertyName };
    else if (key === 'properties') out[key] = mapValues(value as Record<string, Schema>, convert);
    else if (key === 'anyOf' || key === 'oneOf' || key === 'allOf')
      out[key] = (value as Schema[]).map(convert);
    else if (typeof value === 'object' && !Array.isArray(value) && schemaKeys.has(key))
      out[key] = convert(value);
    else out[key] = value;
  }
  if (schema.discriminator !== undefined) out['type'] ??= 'object';
  return out;
}

const schemaKeys = new Set(['items', 'additionalProperties', 'propertyNames']);

function mapValues<A, B>(values: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** The named schemas as `$defs`. */
export function definitions(
  schemas: Readonly<Record<string, Schema>>,
  names: Iterable<string>,
  conversion: Conversion,
): Record<string, JsonSchema> {
  const out: Record<string, JsonSchema> = {};
  for (const name of [...names].sort()) {
    const schema = schemas[name];
    if (schema !== undefined) out[name] = toJsonSchema(schema, conversion);
  }
  return out;
}

/**
 * The validator of the contracts. `ownProperties` keeps inherited names out; `inlineRefs: false` gives one function a
 * component; types are never coerced, because `0x10` and `' 7 '` would pass for numbers.
 */
export function createAjv(options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    discriminator: true,
    allErrors: true,
    useDefaults: true,
    ownProperties: true,
    inlineRefs: false,
    ...options,
  });
  addFormats.default(ajv);
  return ajv;
}
