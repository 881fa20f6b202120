import type { Schema } from './openapi.ts';

/** Where a schema stands, as far as its rules depend on it. */
export interface SchemaPlace {
  /** Whether it is a component of its own, not written in place. */
  isComponent: boolean;
  /** Name of the component that it is or is part of; '' below parameters, headers and bodies. */
  owner: string;
}

/** A broken rule. */
export interface SchemaBreach {
  rule: string;
  message: string;
}

/** `error.details` depends on the code: it is the one place with a free union and an inline object. */
const freeUnions: ReadonlySet<string> = new Set(['ErrorBody']);
const numberFormats = ['int32', 'int64', 'double'];

type Rule = (schema: Schema, place: SchemaPlace) => string | null | undefined | false;

/** The types of a schema without `null`. */
export function typesOf(schema: Schema): string[] {
  return [schema.type ?? []].flat().filter((type) => type !== 'null');
}

function isOf(schema: Schema, ...types: string[]): boolean {
  return typesOf(schema).some((type) => types.includes(type));
}

function described(schema: Schema): boolean {
  return schema.$ref !== undefined || (schema.description ?? '').trim() !== '';
}

/** The rules that one schema can be held against by itself. Each gives what is wrong, or nothing. */
export const schemaRules: Readonly<Record<string, Rule>> = {
  'bounded-strings': (schema) =>
    isOf(schema, 'string') &&
    schema.maxLength === undefined &&
    schema.enum === undefined &&
    schema.const === undefined &&
    'a string needs maxLength, an enum or a const',

  'bounded-arrays': (schema) =>
    isOf(schema, 'array') &&
    (schema.maxItems === undefined || schema.items === undefined) &&
    'an array needs maxItems and items',

  'bounded-numbers': (schema) => {
    if (!isOf(schema, 'integer', 'number')) return null;
    if (!numberFormats.includes(schema.format ?? ''))
      return `a number needs a format: ${numberFormats.join(', ')}`;
    const low = schema.minimum ?? schema.exclusiveMinimum;
    const high = schema.maximum ?? schema.exclusiveMaximum;
    return (low === undefined || high === undefined) && 'a number needs a smallest and a largest value';
  },

  'explicit-additional-properties': (schema) => {
    if (!isOf(schema, 'object')) return null;
    if (schema.additionalProperties === undefined) return 'an object says additionalProperties';
    if (schema.additionalProperties === false || schema.maxProperties !== undefined) return null;
    return 'an object with additionalProperties needs maxProperties';
  },

  'closed-composition': (schema, { owner }) => {
    if (schema.allOf !== undefined) return 'no allOf: generators drop nullability inside of it';
    if ('not' in schema || 'if' in schema) return 'no not and no if';
    if (schema.anyOf === undefined || freeUnions.has(owner)) return null;
    const [first, second] = schema.anyOf;
    const nullable = schema.anyOf.length === 2 && first?.$ref !== undefined && second?.type === 'null';
    return !nullable && "anyOf is for nullable references only: [{ $ref: … }, { type: 'null' }]";
  },

  'nullable-style': (schema) => {
    if (schema.nullable !== undefined) return "no nullable: write type: [string, 'null']";
    if (!Array.isArray(schema.type)) return null;
    const [type, nothing] = schema.type;
    if (schema.type.length !== 2 || type === 'null' || nothing !== 'null')
      return "a list of types is one type and 'null', in this order";
    return schema.enum !== undefined && !schema.enum.includes(null) && 'a nullable enum holds null';
  },

  /** A component without a type is free JSON: that has a name, so that nobody writes it by omission. */
  'typed-schemas': (schema, { isComponent }) =>
    !isComponent &&
    schema.$ref === undefined &&
    schema.type === undefined &&
    schema.anyOf === undefined &&
    schema.oneOf === undefined &&
    schema.const === undefined &&
    'a schema in place needs a type, a reference, anyOf, oneOf or a const',

  'inline-objects': (schema, { isComponent, owner }) =>
    !isComponent &&
    !freeUnions.has(owner) &&
    (isOf(schema, 'object') || schema.properties !== undefined || schema.oneOf !== undefined) &&
    'an object or union is a component of its own',

  'string-enums': (schema) =>
    schema.enum?.some((value) => typeof value !== 'string' && value !== null) && 'an enum holds strings only',

  'known-required': (schema) => {
    const unknown = schema.required?.filter((name) => schema.properties?.[name] === undefined) ?? [];
    return unknown.length > 0 && `required names no property: ${unknown.join(', ')}`;
  },

  'described-schemas': (schema, { isComponent }) => {
    if (isComponent && !described(schema)) return 'a component needs a description';
    const bare = Object.entries(schema.properties ?? {}).filter(([, property]) => !described(property));
    return bare.length > 0 && `properties need a description: ${bare.map(([name]) => name).join(', ')}`;
  },

  'discriminated-unions': (schema) => {
    if (schema.oneOf === undefined) return schema.discriminator && 'a discriminator needs oneOf';
    const mapped = Object.values(schema.discriminator?.mapping ?? {});
    const variants = schema.oneOf.map(({ $ref }) => $ref ?? '');
    const same = mapped.length === variants.length && variants.every((variant) => mapped.includes(variant));
    return !same && 'oneOf needs references and a discriminator.mapping that names each of them';
  },
};

/** Holds one schema against all rules of its own. */
export function schemaBreaches(schema: Schema, place: SchemaPlace): SchemaBreach[] {
  return Object.entries(schemaRules).flatMap(([rule, check]) => {
    const message = check(schema, place);
    return message ? [{ rule, message }] : [];
  });
}
