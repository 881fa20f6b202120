import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Contract, contractNames, readTables } from '../../../scripts/generate/contracts.ts';
import { distPath } from '../../../scripts/generate/dist.ts';
import { expand } from '../../../scripts/generate/expand.ts';
import type { Document, Operation, Parameter, Schema } from '../../../scripts/generate/openapi.ts';
import { checkRules, contractRules } from '../../../scripts/generate/rules.ts';
import { schemaRules } from '../../../scripts/generate/schema-rules.ts';

const root = join(import.meta.dirname, '../../..');
const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const text: Schema = { type: 'string', description: 'Text.', maxLength: 20 };
const object = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: 'object',
  description: 'An object.',
  additionalProperties: false,
  required,
  properties,
});
const parameter = (name: string, place: Parameter['in'], required = false): Parameter => ({
  name,
  in: place,
  required,
  description: 'A parameter.',
  schema: name === 'limit' ? { type: 'integer', format: 'int32', minimum: 1, maximum: 9 } : text,
});
const group = { id: 'a', kind: 'small', shape: { type: 'dot' } };
const json = (name: string, example: object): Operation['requestBody'] & object => ({
  content: { 'application/json': { schema: ref(name), example: JSON.parse(JSON.stringify(example)) } },
});
const etag = { ETag: { description: 'Version.', schema: text } };
const answer = (name: string, data: object) => ({
  description: 'An answer.',
  ...(name === 'ThingEnvelope' && { headers: { ...etag } }),
  ...json(name, name === 'ThingList' ? { data, pagination: 'end' } : { data }),
});

function operation(id: string, method: string, rest: Partial<Operation>): Operation {
  return {
    operationId: id,
    tags: ['Groups'],
    summary: 'Does something',
    description: 'Does something.',
    security: [{ session: [] }],
    'x-plystra-permission': 'groups:read',
    'x-plystra-scope': 'instance',
    'x-plystra-stability': 'stable',
    'x-plystra-errors': [],
    'x-plystra-audit': [],
    'x-plystra-idempotent': true,
    'x-plystra-sdk': { method },
    ...rest,
  };
}

/** A contract with a list, a creation, a reading and a change of one object, which keeps all rules. */
function sound(): Contract {
  const tables = readTables(root, 'core');
  const document: Document = {
    openapi: '3.1.1',
    info: { title: 'Sample', version: '0.0.1' },
    tags: [{ name: 'Groups' }],
    paths: {
      '/things': {
        get: operation('listThings', 'list', {
          'x-plystra-pagination': { order: ['id'] },
          parameters: [parameter('limit', 'query'), parameter('cursor', 'query')],
          responses: { 200: answer('ThingList', [group]) },
        }),
        post: operation('createThing', 'create', {
          'x-plystra-scope': 'body(/id)',
          parameters: [parameter('Idempotency-Key', 'header')],
          requestBody: json('ThingCreate', { id: 'a' }),
          responses: { 201: answer('ThingEnvelope', group) },
        }),
      },
      '/things/{thing_id}': {
        get: operation('getThing', 'get', {
          'x-plystra-scope': 'entity(groups, thing_id)',
          parameters: [parameter('thing_id', 'path', true)],
          responses: { 200: answer('ThingEnvelope', group) },
        }),
        patch: operation('updateThing', 'update', {
          'x-plystra-scope': 'space(thing_id)',
          parameters: [parameter('thing_id', 'path', true), parameter('If-Match', 'header')],
          requestBody: json('ThingUpdate', { kind: 'small' }),
          responses: { 200: answer('ThingEnvelope', group) },
        }),
      },
    },
    components: {
      securitySchemes: { session: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Kind: { type: 'string', description: 'A kind.', enum: ['small', 'large'], 'x-extensible-enum': true },
        Dot: object({ type: { type: 'string', description: 'Which.', const: 'dot' } }),
        Shape: {
          description: 'A shape.',
          oneOf: [ref('Dot')],
          discriminator: { propertyName: 'type', mapping: { dot: ref('Dot').$ref } },
          'x-extensible-union': true,
        },
        Thing: object({ id: text, kind: ref('Kind'), shape: ref('Shape') }),
        ThingCreate: object({ id: text, note: { ...text, default: '' } }, ['id']),
        ThingUpdate: object({ kind: ref('Kind') }, []),
        ThingEnvelope: object({ data: ref('Thing') }),
        ThingList: object({
          data: { type: 'array', description: 'All.', maxItems: 9, items: ref('Thing') },
          pagination: text,
        }),
      },
    },
  };
  return { name: 'core', tables, document: expand(document, tables) };
}

interface Parts {
  document: Document;
  schemas: Record<string, Schema>;
  thing: Record<string, Schema>;
  list: Operation;
  create: Operation;
  update: Operation;
}

/** One breach of each rule, made in the sound contract. */
const samples: Record<string, (parts: Parts) => void> = {
  'bounded-strings': ({ thing }) => Object.assign(thing, { id: { type: 'string', description: 'Id.' } }),
  'bounded-arrays': ({ schemas }) => delete schemas['ThingList']?.properties?.['data']?.maxItems,
  'bounded-numbers': ({ thing }) =>
    Object.assign(thing, { id: { type: 'integer', description: 'N.', format: 'int32' } }),
  'explicit-additional-properties': ({ schemas }) => delete schemas['Thing']?.additionalProperties,
  'closed-composition': ({ thing }) =>
    Object.assign(thing, { id: { description: 'Id.', anyOf: [text, text] } }),
  'nullable-style': ({ thing }) => Object.assign(thing, { id: { ...text, type: ['null', 'string'] } }),
  'typed-schemas': ({ thing }) => Object.assign(thing, { id: { description: 'Anything.' } }),
  'inline-objects': ({ thing }) => Object.assign(thing, { id: object({}) }),
  'string-enums': ({ thing }) => Object.assign(thing, { id: { ...text, enum: [1, 2] } }),
  'known-required': ({ schemas }) =>
    Object.assign(schemas['Thing'] ?? {}, { required: ['id', 'kind', 'shape', 'size'] }),
  'described-schemas': ({ thing }) => Object.assign(thing, { id: { type: 'string', maxLength: 20 } }),
  'discriminated-unions': ({ schemas }) => delete schemas['Shape']?.discriminator?.mapping,

  'reserved-names': ({ thing }) => Object.assign(thing, { class: text }),
  'snake-case-names': ({ thing }) => Object.assign(thing, { sizeInCm: text }),
  'distinct-parameters': ({ create }) => Object.assign(create, { parameters: [parameter('note', 'query')] }),
  'template-parameters': ({ update }) =>
    Object.assign(update, { parameters: [parameter('id', 'path', true)] }),
  'described-parameters': ({ list }) => Object.assign(list.parameters?.[0] ?? {}, { description: ' ' }),
  'unique-operation-ids': ({ update }) => Object.assign(update, { operationId: 'getThing' }),
  'unique-sdk-methods': ({ update }) => Object.assign(update, { 'x-plystra-sdk': { method: 'import' } }),
  'no-schema-dialect': ({ document }) =>
    Object.assign(document, { jsonSchemaDialect: 'https://example.com' }),

  'operation-extensions': ({ list }) => Object.assign(list, { 'x-plystra-stability': 'beta' }),
  'one-tag': ({ list }) => Object.assign(list, { tags: ['Groups', 'Spaces'] }),
  'declared-security': ({ list }) => Object.assign(list, { security: [{ oauth: [] }] }),
  'known-permissions': ({ list }) => Object.assign(list, { 'x-plystra-permission': 'things:read' }),
  'parsed-scopes': ({ list }) => Object.assign(list, { 'x-plystra-scope': 'entity(nothing, thing_id)' }),
  'known-error-codes': ({ list }) => Object.assign(list, { 'x-plystra-errors': ['NO_SUCH_CODE'] }),
  'statuses-of-codes': ({ list }) => delete list.responses?.['500'],
  'json-answers': ({ list }) =>
    Object.assign(list.responses ?? {}, { 200: { description: 'Page.', content: { 'text/html': {} } } }),

  'paged-lists': ({ list }) => delete list['x-plystra-pagination'],
  'creating-idempotency-key': ({ create }) => Object.assign(create, { parameters: [] }),
  'idempotent-reads': ({ list }) => Object.assign(list, { 'x-plystra-idempotent': false }),
  'versioned-objects': ({ update }) =>
    Object.assign(update, { parameters: [parameter('thing_id', 'path', true)] }),
  'distinct-paths': ({ document, update }) =>
    Object.assign(document.paths, { '/{any}/one': { patch: { ...update, operationId: 'updateAny' } } }),

  'closed-requests': ({ schemas }) =>
    Object.assign(schemas['ThingCreate'] ?? {}, { additionalProperties: true, maxProperties: 2 }),
  'complete-answers': ({ schemas }) => Object.assign(schemas['Thing'] ?? {}, { required: ['id'] }),
  'separate-directions': ({ schemas }) =>
    Object.assign(schemas['Thing']?.properties ?? {}, { made: ref('ThingCreate') }),
  'extensible-enums': ({ schemas }) => delete schemas['Kind']?.['x-extensible-enum'],
  'single-enums': ({ thing }) => Object.assign(thing, { id: { ...text, enum: ['large', 'small'] } }),
  'extensible-unions': ({ schemas }) => delete schemas['Shape']?.['x-extensible-union'],
  'constant-variants': ({ schemas }) => Object.assign(schemas['Dot'] ?? {}, { required: [] }),
  'updates-without-defaults': ({ schemas }) =>
    Object.assign(schemas['ThingUpdate']?.properties ?? {}, { note: { ...text, default: '' } }),
  'defaults-in-place': ({ schemas }) => Object.assign(schemas['Kind'] ?? {}, { default: 'small' }),

  'present-examples': ({ create }) => delete create.requestBody?.content['application/json']?.example,
  'true-examples': ({ create }) =>
    Object.assign(create.requestBody?.content['application/json'] ?? {}, { example: {} }),
};

test('the sample that the rules are tried on keeps all of them', () => {
  assert.deepEqual(checkRules(sound()), []);
});

test('every rule has a sample that breaks it', () => {
  const rules = [...Object.keys(schemaRules), ...Object.keys(contractRules)];
  assert.deepEqual(Object.keys(samples).sort(), rules.sort());
});

for (const [rule, spoil] of Object.entries(samples))
  test(`${rule} tells about a breach`, () => {
    const contract = sound();
    const { document } = contract;
    const schemas = document.components.schemas ?? {};
    const { get: list, post: create } = document.paths['/things'] ?? {};
    const update = document.paths['/things/{thing_id}']?.patch;
    assert.ok(list && create && update);
    spoil({ document, schemas, thing: schemas['Thing']?.properties ?? {}, list, create, update });
    assert.ok(
      checkRules(contract).some((breach) => breach.rule === rule),
      'no breach was found',
    );
  });

test('a bad scope is refused with the reason', () => {
  const reasons: Record<string, RegExp> = {
    'space(space_id)': /no path or query parameter space_id/,
    'entity(groups, group_id)': /no path parameter group_id/,
    'entity(nothing, thing_id)': /no migration creates the table nothing/,
    'body(/space/id)': /the request body has no \/space\/id/,
    'group(thing_id)': /is none of none, self, instance/,
    '': /is none of none, self, instance/,
  };
  for (const [scope, reason] of Object.entries(reasons)) {
    const contract = sound();
    Object.assign(contract.document.paths['/things/{thing_id}']?.patch ?? {}, { 'x-plystra-scope': scope });
    const found = checkRules(contract).filter(({ rule }) => rule === 'parsed-scopes');
    assert.match(found.map(({ message }) => message).join(), reason);
  }
});

for (const name of contractNames)
  test(`the contract ${name} keeps all rules`, () => {
    const document = JSON.parse(readFileSync(join(root, distPath(name, 'json')), 'utf8')) as Document;
    assert.deepEqual(checkRules({ name, document, tables: readTables(root, name) }), []);
  });
