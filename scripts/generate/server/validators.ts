import standalone from 'ajv/dist/standalone/index.js';
import type { Contract } from '../contracts.ts';
import { createAjv, definitions, type JsonSchema, toJsonSchema } from '../json-schema.ts';
import {
  bodySchema,
  type Document,
  type LocatedOperation,
  operationsOf,
  reachable,
  type Schema,
  successes,
} from '../openapi.ts';
import { kebab, origin } from '../print.ts';
import {
  type OperationValidators,
  printValidatorDeclarations,
  printValidatorIndex,
} from './validator-index.ts';

/** References of requests have defaults filled in; those of answers must not. */
const request = { base: 'request#/$defs/', defaults: true };
const answer = { base: 'answer#/$defs/', defaults: false };

/** One object of all parameters by their wire names: path, query and the headers that the contract names. */
export function paramsSchema(
  { parameters }: LocatedOperation,
  schemas: Readonly<Record<string, Schema>>,
): JsonSchema {
  const properties = parameters.map(({ name, schema }) => {
    const fallback = schemas[schema.$ref?.split('/').at(-1) ?? '']?.default;
    return [name, { ...(fallback !== undefined && { default: fallback }), ...toJsonSchema(schema, request) }];
  });
  return {
    type: 'object',
    additionalProperties: false,
    required: parameters.filter(({ required }) => required === true).map(({ name }) => name),
    properties: Object.fromEntries(properties),
  };
}

/** Compiles schemas to an ES module that exports one validator for each. `lent` names further exports of the same. */
function compile(
  document: Document,
  schemas: Readonly<Record<string, JsonSchema>>,
  used: { requests: readonly Schema[]; answers: readonly Schema[] },
  lent: Readonly<Record<string, string>>,
  source: string,
): string {
  const components = document.components.schemas ?? {};
  const ajv = createAjv({ code: { source: true, esm: true, lines: true } });
  const local = { base: '#/$defs/' };
  ajv.addSchema({
    $id: 'request',
    $defs: definitions(components, reachable(document, used.requests), { ...local, defaults: true }),
  });
  ajv.addSchema({
    $id: 'answer',
    $defs: definitions(components, reachable(document, used.answers), { ...local, defaults: false }),
  });
  const names = Object.keys(schemas);
  for (const name of names) ajv.addSchema({ $id: name, ...schemas[name] });
  const code = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
  const aliases = Object.entries(lent).map(([name, same]) => `export const ${name} = ${same};`);
  return `// ${origin(source)}\n${asModule(code.trimEnd())}\n${aliases.map((line) => `${line}\n`).join('')}`;
}

/** The compiler's ES modules still call `require`: every such module becomes an import. */
function asModule(code: string): string {
  const modules: string[] = [];
  const body = code
    .replace(/^"use strict";\n?/, '')
    .replaceAll(/require\("([^"]+)"\)/g, (_, name: string) => {
      if (!modules.includes(name)) modules.push(name);
      return `cjs${modules.indexOf(name)}`;
    });
  return modules.map((name, index) => `import cjs${index} from '${name}.js';\n`).join('') + body;
}

/** `validators/`: one module a tag, the envelope of errors, and the index by operation id. */
export function printValidators({ document }: Contract, source: string): Map<string, string> {
  const components = document.components.schemas ?? {};
  const files = new Map<string, string>();
  const index: [tag: string, OperationValidators[]][] = [];
  for (const [tag, operations] of Map.groupBy(operationsOf(document), (at) => at.tag)) {
    const schemas: Record<string, JsonSchema> = {};
    const lent: Record<string, string> = {};
    const first = new Map<string, string>();
    const used = { requests: [] as Schema[], answers: [] as Schema[] };
    const add = (name: string, schema: JsonSchema): string => {
      const text = JSON.stringify(schema);
      const same = first.get(text);
      if (same === undefined) {
        first.set(text, name);
        schemas[name] = schema;
      } else lent[name] = same;
      return name;
    };
    const own = operations.map((at): OperationValidators => {
      const params = add(`${at.id}Params`, paramsSchema(at, components));
      used.requests.push(...at.parameters.map(({ schema }) => schema));
      const sent = bodySchema(at.operation);
      if (sent !== null) used.requests.push(sent);
      const body = sent === null ? null : add(`${at.id}Body`, toJsonSchema(sent, request));
      const responses = successes(document, at.operation).flatMap(
        ([status, { content }]): [string, string][] => {
          const schema = content?.['application/json']?.schema;
          if (schema === undefined) return [];
          used.answers.push(schema);
          return [[status, add(`${at.id}Response${status}`, toJsonSchema(schema, answer))]];
        },
      );
      return { id: at.id, params, body, responses };
    });
    index.push([tag, own]);
    files.set(`validators/${kebab(tag)}.js`, compile(document, schemas, used, lent, source));
    files.set(
      `validators/${kebab(tag)}.d.ts`,
      printValidatorDeclarations([...Object.keys(schemas), ...Object.keys(lent)], source),
    );
  }
  const envelope: Schema = { $ref: '#/components/schemas/ErrorEnvelope' };
  const validateErrorEnvelope = toJsonSchema(envelope, answer);
  const used = { requests: [], answers: [envelope] };
  files.set('validators/error-envelope.js', compile(document, { validateErrorEnvelope }, used, {}, source));
  files.set('validators/error-envelope.d.ts', printValidatorDeclarations(['validateErrorEnvelope'], source));
  files.set('validators/index.ts', printValidatorIndex(index, source));
  return files;
}
