import type { ContractRule } from './contract-rule.ts';
import {
  bodySchema,
  componentName,
  type Document,
  operationsOf,
  pointer,
  reachable,
  resolve,
  type Schema,
  successSchemas,
  walkSchema,
} from './openapi.ts';

/** Schemas whose fields depend on the error code: what does not belong to the code is left out. */
const sparseAnswers: ReadonlySet<string> = new Set(['ErrorBody', 'ErrorDetails']);

/** Names of the components that requests and answers are made of. */
function directions(document: Document): { requests: Set<string>; answers: Set<string> } {
  const operations = operationsOf(document);
  const bodies = operations.flatMap(({ operation }) => bodySchema(operation) ?? []);
  const answered = operations.flatMap(({ operation }) => successSchemas(document, operation));
  return {
    requests: reachable(document, bodies),
    answers: reachable(document, [...answered, { $ref: '#/components/schemas/ErrorEnvelope' }]),
  };
}

/** The schemas of the named components and all that is written below them. */
function* schemasIn(
  document: Document,
  names: Iterable<string>,
): Generator<[at: string, schema: Schema, name: string]> {
  for (const name of names) {
    const component = resolve<Schema>(document, `#/components/schemas/${name}`);
    for (const [at, schema] of walkSchema(component, pointer('components', 'schemas', name)))
      yield [at, schema, name];
  }
}

function namesOf(document: Document): string[] {
  return Object.keys(document.components.schemas ?? {});
}

/** Rules that depend on whether a schema is sent, answered or both. */
export const directionRules: Readonly<Record<string, ContractRule>> = {
  *'closed-requests'({ document }) {
    for (const [at, schema] of schemasIn(document, directions(document).requests))
      if (schema.properties !== undefined && schema.additionalProperties !== false)
        yield [at, 'an object of a request has additionalProperties: false'];
  },

  *'complete-answers'({ document }) {
    for (const [at, schema, name] of schemasIn(document, directions(document).answers)) {
      if (sparseAnswers.has(name)) continue;
      const optional = Object.keys(schema.properties ?? {}).filter(
        (field) => !schema.required?.includes(field),
      );
      if (optional.length > 0)
        yield [
          at,
          `an answer has all of its fields, null where there is nothing; not required: ${optional.join(', ')}`,
        ];
    }
  },

  /** Values inside of a body may go both ways: then the rules of both directions hold them. */
  *'separate-directions'({ document }) {
    const { answers } = directions(document);
    for (const { operation, pointer: at } of operationsOf(document)) {
      const name = componentName(bodySchema(operation) ?? undefined);
      if (name !== null && answers.has(name))
        yield [at, `the request body ${name} is part of an answer, too`];
    }
  },

  *'extensible-enums'({ document }) {
    for (const [at, schema] of schemasIn(document, directions(document).answers))
      if (schema.enum !== undefined && schema['x-extensible-enum'] !== true)
        yield [at, 'an enum in an answer has x-extensible-enum: true'];
  },

  *'single-enums'({ document }) {
    const enums = [...schemasIn(document, namesOf(document))].filter(
      ([, schema]) => schema.enum !== undefined,
    );
    const values = (schema: Schema): string =>
      JSON.stringify(schema.enum?.filter((value) => value !== null).sort());
    for (const [at, schema, name] of enums) {
      const same = enums.find(([other, each]) => other !== at && values(each) === values(schema));
      const inPlace = at !== pointer('components', 'schemas', name);
      if (inPlace && same !== undefined)
        yield [at, `the same enum stands at ${same[0]}: make one component of both`];
    }
  },

  *'extensible-unions'({ document }) {
    for (const [at, schema] of schemasIn(document, directions(document).answers))
      if (schema.oneOf !== undefined && schema['x-extensible-union'] !== true)
        yield [at, 'a union in an answer has x-extensible-union: true'];
  },

  *'constant-variants'({ document }) {
    for (const [at, schema] of schemasIn(document, namesOf(document))) {
      const { propertyName = '', mapping = {} } = schema.discriminator ?? {};
      for (const [value, reference] of Object.entries(mapping)) {
        const variant = resolve<Schema>(document, reference);
        if (variant.properties?.[propertyName]?.const !== value || !variant.required?.includes(propertyName))
          yield [
            at,
            `${componentName({ $ref: reference })} requires ${propertyName} and has const ${value} there`,
          ];
      }
    }
  },

  *'defaults-in-place'({ document }) {
    for (const name of namesOf(document))
      if (resolve<Schema>(document, `#/components/schemas/${name}`).default !== undefined)
        yield [
          pointer('components', 'schemas', name),
          'a default behind a reference is not filled in: write it at the property',
        ];
  },

  *'updates-without-defaults'({ document }) {
    const updates = operationsOf(document).flatMap(({ method, operation }) =>
      method === 'patch' ? (bodySchema(operation) ?? []) : [],
    );
    const roots = new Set(updates.flatMap((schema) => componentName(schema) ?? []));
    for (const [at, schema] of schemasIn(document, roots))
      if (schema.default !== undefined) yield [at, 'a default would overwrite what the change leaves out'];
  },
};
