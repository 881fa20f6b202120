import type { ValidateFunction } from 'ajv';
import type { ContractRule } from './contract-rule.ts';
import type { Contract } from './contracts.ts';
import { createAjv, definitions, toJsonSchema } from './json-schema.ts';
import {
  type Document,
  deref,
  type Example,
  type Json,
  type MediaType,
  operationsOf,
  pointer,
  type Response,
  type Schema,
} from './openapi.ts';

interface Sample {
  at: string;
  schema: Schema;
  value: Json;
}

/** The examples of one content type. */
function* samplesOf(document: Document, at: string, media: MediaType): Generator<Sample> {
  const { schema, example, examples } = media;
  if (schema === undefined) return;
  if (example !== undefined) yield { at: `${at}/example`, schema, value: example };
  for (const [name, each] of Object.entries(examples ?? {}))
    yield { at: at + pointer('examples', name), schema, value: deref<Example>(document, each).value };
}

/** All bodies of a contract with their pointers: requests, successes and errors. */
function* bodiesOf(document: Document): Generator<[at: string, MediaType]> {
  for (const { operation, pointer: place } of operationsOf(document)) {
    for (const [type, media] of Object.entries(operation.requestBody?.content ?? {}))
      yield [place + pointer('requestBody', 'content', type), media];
    for (const [status, response] of Object.entries(operation.responses ?? {}))
      for (const [type, media] of Object.entries(deref<Response>(document, response).content ?? {}))
        yield [place + pointer('responses', status, 'content', type), media];
  }
}

/** All examples of a contract, those in schemas and of parameters included. */
function* allSamples(document: Document): Generator<Sample> {
  for (const [at, media] of bodiesOf(document)) yield* samplesOf(document, at, media);
  for (const [name, parameter] of Object.entries(document.components.parameters ?? {}))
    if (parameter.example !== undefined)
      yield {
        at: pointer('components', 'parameters', name),
        schema: parameter.schema,
        value: parameter.example,
      };
  for (const { parameters, pointer: at } of operationsOf(document))
    for (const { name, schema, example } of parameters)
      if (example !== undefined) yield { at: `${at}/parameters ${name}`, schema, value: example };
  for (const [name, schema] of Object.entries(document.components.schemas ?? {}))
    for (const [index, value] of (schema.examples ?? []).entries())
      yield { at: pointer('components', 'schemas', name, 'examples', index), schema, value };
}

function* falseExamples({ document }: Contract): Generator<[string, string]> {
  const schemas = document.components.schemas ?? {};
  const ajv = createAjv({ useDefaults: false });
  const own = { base: '#/$defs/', defaults: false };
  ajv.addSchema({ $id: 'contract', $defs: definitions(schemas, Object.keys(schemas), own) });
  const compiled = new Map<string, ValidateFunction>();
  const seen = new Set<Json>();
  for (const { at, schema, value } of allSamples(document)) {
    if (typeof value === 'object' && seen.has(value)) continue;
    seen.add(value);
    const key = JSON.stringify(schema);
    let validate: ValidateFunction;
    try {
      validate = compiled.get(key) ?? ajv.compile(toJsonSchema(schema, { ...own, base: 'contract#/$defs/' }));
    } catch (error) {
      yield [at, `the schema does not compile: ${(error as Error).message}`];
      continue;
    }
    compiled.set(key, validate);
    if (validate(value)) continue;
    for (const error of validate.errors ?? [])
      yield [at, `the example is not true to its schema: ${error.instancePath || '/'} ${error.message}`];
  }
}

/** Rules about examples. */
export const exampleRules: Readonly<Record<string, ContractRule>> = {
  *'present-examples'({ document }) {
    for (const [at, media] of bodiesOf(document)) {
      if (media.schema === undefined) yield [at, 'a body has a schema'];
      if (media.example === undefined && Object.keys(media.examples ?? {}).length === 0)
        yield [at, 'a body has an example'];
    }
  },

  'true-examples': falseExamples,
};
