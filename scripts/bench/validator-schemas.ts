import { readFileSync } from 'node:fs';
import { definitions, type JsonSchema, toJsonSchema } from '../generate/json-schema.ts';
import { bodySchema, type Document, operationsOf, successes } from '../generate/openapi.ts';
import { paramsSchema } from '../generate/server/validators.ts';

/** Everything that a server without compiled validators would compile when it starts. */
export type ValidatorSchemas = {
  readonly request: JsonSchema;
  readonly answer: JsonSchema;
  /** One for the parameters, the body and each answer of every operation. */
  readonly validators: readonly JsonSchema[];
};

const contract = new URL('../../openapi/dist/core.openapi.json', import.meta.url);

/** The schemas of all operations of Core, ready for a validator. */
export function validatorSchemas(): ValidatorSchemas {
  const document = JSON.parse(readFileSync(contract, 'utf8')) as Document;
  const components = document.components.schemas ?? {};
  const names = Object.keys(components);
  const validators = operationsOf(document).flatMap((at): JsonSchema[] => {
    const body = bodySchema(at.operation);
    const answers = successes(document, at.operation).flatMap(([, { content }]) => {
      const schema = content?.['application/json']?.schema;
      return schema === undefined ? [] : [toJsonSchema(schema, { base: 'answer#/$defs/', defaults: false })];
    });
    return [
      paramsSchema(at, components),
      ...(body === null ? [] : [toJsonSchema(body, { base: 'request#/$defs/', defaults: true })]),
      ...answers,
    ];
  });
  const local = { base: '#/$defs/' };
  return {
    request: { $defs: definitions(components, names, { ...local, defaults: true }) },
    answer: { $defs: definitions(components, names, { ...local, defaults: false }) },
    validators,
  };
}
