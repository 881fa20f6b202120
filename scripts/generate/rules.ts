import type { ContractRule } from './contract-rule.ts';
import type { Contract } from './contracts.ts';
import { directionRules } from './direction-rules.ts';
import { exampleRules } from './example-rules.ts';
import { nameRules } from './name-rules.ts';
import {
  bodySchema,
  deref,
  type Header,
  operationsOf,
  pointer,
  type Schema,
  successes,
  walkSchema,
} from './openapi.ts';
import { operationRules } from './operation-rules.ts';
import { protocolRules } from './protocol-rules.ts';
import { schemaBreaches } from './schema-rules.ts';

/** A broken rule of `openapi/README.md`, with the JSON pointer of its place in the expanded document. */
export interface Breach {
  pointer: string;
  rule: string;
  message: string;
}

/** The rules that need more than one schema, by name. */
export const contractRules: Readonly<Record<string, ContractRule>> = {
  ...nameRules,
  ...operationRules,
  ...protocolRules,
  ...directionRules,
  ...exampleRules,
};

/** All schemas that are written in the document, with their pointers and owners. */
function* placedSchemas({ document }: Contract): Generator<[at: string, schema: Schema, owner: string]> {
  const { schemas, parameters, headers } = document.components;
  for (const [name, schema] of Object.entries(schemas ?? {}))
    for (const [at, each] of walkSchema(schema, pointer('components', 'schemas', name)))
      yield [at, each, name];
  for (const [kind, entries] of Object.entries({ parameters, headers }))
    for (const [name, { schema }] of Object.entries(entries ?? {}))
      for (const [at, each] of walkSchema(schema, pointer('components', kind, name, 'schema')))
        yield [at, each, ''];
  for (const { operation, pointer: at, parameters: own } of operationsOf(document)) {
    const inPlace: [string, Schema | null | undefined][] = [[`${at}/requestBody`, bodySchema(operation)]];
    for (const { name, in: place, schema } of own)
      inPlace.push([`${at}/parameters ${place} ${name}`, schema]);
    for (const [status, { headers: sent, content }] of successes(document, operation)) {
      for (const [type, media] of Object.entries(content ?? {}))
        inPlace.push([at + pointer('responses', status, 'content', type), media.schema]);
      for (const [name, header] of Object.entries(sent ?? {}))
        inPlace.push([
          at + pointer('responses', status, 'headers', name),
          deref<Header>(document, header).schema,
        ]);
    }
    for (const [place, schema] of inPlace)
      if (schema) for (const [where, each] of walkSchema(schema, place)) yield [where, each, ''];
  }
}

/** Holds an expanded contract against all rules. Gives every breach, ordered by place. */
export function checkRules(contract: Contract): Breach[] {
  const breaches: Breach[] = [];
  const seen = new Set<Schema>();
  for (const [at, schema, owner] of placedSchemas(contract)) {
    if (seen.has(schema)) continue;
    seen.add(schema);
    const isComponent = at === pointer('components', 'schemas', owner);
    for (const breach of schemaBreaches(schema, { isComponent, owner }))
      breaches.push({ pointer: at, ...breach });
  }
  for (const [rule, check] of Object.entries(contractRules))
    for (const [at, message] of check(contract)) breaches.push({ pointer: at, rule, message });
  return breaches.sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}
