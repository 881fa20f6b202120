import type { Tables } from './contracts.ts';
import { addErrorResponses } from './error-responses.ts';
import { errorCodesOf } from './error-table.ts';
import { type Document, type Header, operationsOf, type Schema, successes } from './openapi.ts';

/**
 * Completes a bundled contract with what nobody has to write: implied error codes, error responses with examples,
 * the X-Request-ID header of success responses. Sorts components by name, because the bundler orders them by the
 * first reference. Gives a new document; the bundle stays as it is.
 */
export function expand(bundle: Document, tables: Tables): Document {
  const document = structuredClone(bundle);
  addErrorEnvelope(document, tables);
  for (const at of operationsOf(document)) {
    const { operation } = at;
    const codes = errorCodesOf(tables.errors, at);
    operation['x-plystra-errors'] = codes;
    for (const [, response] of successes(document, operation))
      response.headers = { 'X-Request-ID': { $ref: '#/components/headers/RequestId' }, ...response.headers };
    addErrorResponses(document, operation, codes, tables.errors);
  }
  document.components = sortComponents(document.components);
  return document;
}

/** Takes the envelope of errors and its headers from the shared blocks, unless the contract brings its own. */
function addErrorEnvelope(document: Document, { shared }: Tables): void {
  document.components.schemas ??= {};
  document.components.headers ??= {};
  const { schemas, headers } = document.components;
  const add = (name: string): void => {
    const schema = shared.schemas[name];
    if (schemas[name] !== undefined || schema === undefined) return;
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"#/components/schemas/');
    schemas[name] = JSON.parse(text) as Schema;
    for (const [, reference] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      if (reference !== undefined) add(reference);
  };
  add('ErrorEnvelope');
  for (const name of ['RequestId', 'RetryAfter'])
    headers[name] ??= structuredClone(shared.headers[name]) as unknown as Header;
}

function sortComponents(components: Document['components']): Document['components'] {
  return Object.fromEntries(
    Object.entries(components)
      .sort(byName)
      .filter(([, entries]) => Object.keys(entries).length > 0)
      .map(([kind, entries]) => [kind, Object.fromEntries(Object.entries(entries).sort(byName))]),
  );
}

/** Code unit order: the same everywhere, unlike that of a locale. */
function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
