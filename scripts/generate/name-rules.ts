import type { ContractRule } from './contract-rule.ts';
import { bodySchema, deref, operationsOf, pointer, type Schema, walkSchema } from './openapi.ts';

/** Field names that a generator renames or that shadow something in one of the SDKs. */
const reserved = ['from', 'in', 'class', 'global', 'self', 'json', 'list', 'bytes', 'model_config'];

/** Where a reserved name is worth its trouble: `contract/component/field`. */
const allowed = (contract: string, component: string, field: string): boolean =>
  (field === 'in' && component === 'Violation') || (field === 'from' && contract === 'email-transactional');

/** Keywords of Python, Go and TypeScript that no method of an SDK can be named. `delete` is fine after a dot. */
const keywords = new Set(
  'and as assert async await break class continue def del elif else except exec finally for from func global if import in is lambda new nonlocal not or pass print raise return try while with yield'.split(
    ' ',
  ),
);

/** Rules about names. */
export const nameRules: Readonly<Record<string, ContractRule>> = {
  *'reserved-names'({ name: contract, document }) {
    for (const [component, schema] of Object.entries(document.components.schemas ?? {}))
      for (const [at, each] of walkSchema(schema, pointer('components', 'schemas', component)))
        for (const field of Object.keys(each.properties ?? {}))
          if (reserved.includes(field) && !allowed(contract, component, field))
            yield [at + pointer('properties', field), `${field} is a reserved name`];
    for (const { parameters, pointer: at } of operationsOf(document))
      for (const { name } of parameters)
        if (reserved.includes(name)) yield [at, `${name} is a reserved name`];
  },

  *'snake-case-names'({ document }) {
    for (const [component, schema] of Object.entries(document.components.schemas ?? {})) {
      const place = pointer('components', 'schemas', component);
      if (!/^[A-Z][A-Za-z0-9]*$/.test(component)) yield [place, 'a component is named in PascalCase'];
      for (const [at, each] of walkSchema(schema, place))
        for (const field of Object.keys(each.properties ?? {}))
          if (!/^[a-z][a-z0-9_]*$/.test(field))
            yield [at + pointer('properties', field), 'a field is named in snake_case'];
    }
  },

  *'distinct-parameters'({ document }) {
    for (const { parameters, operation, pointer: at } of operationsOf(document)) {
      const names = parameters.map(({ name }) => name);
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      if (twice.length > 0) yield [at, `parameters share a name: ${twice.join(', ')}`];
      const body = bodySchema(operation);
      const fields =
        body === null ? {} : (deref<Schema>(document, body as { $ref: string }).properties ?? {});
      for (const { name, in: place } of parameters)
        if (place === 'query' && name in fields)
          yield [at, `query parameter ${name} is named like a field of the body`];
    }
  },

  *'template-parameters'({ document }) {
    for (const { path, parameters, pointer: at } of operationsOf(document)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      if (inPath.join() !== declared.join())
        yield [at, `path parameters are declared in the order of the path: ${inPath.join(', ')}`];
      if (parameters.some((each) => each.in === 'cookie')) yield [at, 'no cookies'];
    }
  },

  *'described-parameters'({ document }) {
    for (const { parameters, pointer: at } of operationsOf(document))
      for (const { name, description } of parameters)
        if ((description ?? '').trim() === '') yield [at, `parameter ${name} needs a description`];
  },

  *'unique-operation-ids'({ document }) {
    const seen = new Set<string>();
    for (const { id, operation, pointer: at } of operationsOf(document)) {
      if (!/^[a-z][A-Za-z0-9]*$/.test(operation.operationId ?? ''))
        yield [at, 'an operationId in camelCase is required'];
      if (seen.has(id)) yield [at, `operationId ${id} is used twice`];
      seen.add(id);
    }
  },

  *'unique-sdk-methods'({ document }) {
    const seen = new Set<string>();
    for (const { tag, operation, pointer: at } of operationsOf(document)) {
      const method = operation['x-plystra-sdk']?.method ?? '';
      if (!/^[a-z][A-Za-z0-9]*$/.test(method) || keywords.has(method))
        yield [at, `x-plystra-sdk.method "${method}" is no camelCase name or is a keyword`];
      if (seen.has(`${tag}.${method}`)) yield [at, `method ${method} exists twice in ${tag}`];
      seen.add(`${tag}.${method}`);
    }
  },

  *'no-schema-dialect'({ document }) {
    if ('jsonSchemaDialect' in document)
      yield ['/jsonSchemaDialect', 'some validators stop validating with it'];
  },
};
