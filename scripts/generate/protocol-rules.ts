import type { ContractRule } from './contract-rule.ts';
import {
  componentName,
  type Document,
  type LocatedOperation,
  operationsOf,
  resolve,
  type Schema,
  successes,
} from './openapi.ts';

/** Fields that hold a secret which is shown once: a stored answer would keep it. */
const secrets = ['api_key', 'access_token', 'refresh_token', 'secret', 'token', 'bearer_token'];

/** `name,id` or `-created_at,-id`. */
const orderKeys = /^-?[a-z][a-z0-9_]*(?:,-?[a-z][a-z0-9_]*)*$/;

function takes({ parameters }: LocatedOperation, name: string): boolean {
  return parameters.some((parameter) => parameter.name === name);
}

/** The envelopes of the success answers, with their statuses. */
function answers(
  document: Document,
  { operation }: LocatedOperation,
): { status: string; name: string; etag: boolean }[] {
  return successes(document, operation).map(([status, { content, headers }]) => ({
    status,
    name: componentName(content?.['application/json']?.schema) ?? '',
    etag: headers?.['ETag'] !== undefined,
  }));
}

/** Whether an envelope, or the object in its `data`, has a field that holds a secret. */
function showsSecret(document: Document, envelope: string): boolean {
  const component = (name: string): Schema => resolve<Schema>(document, `#/components/schemas/${name}`);
  if (envelope === '') return false;
  const data = component(envelope).properties?.['data'];
  const target = componentName(data);
  const fields = target === null ? [] : Object.keys(component(target).properties ?? {});
  return fields.some((field) => secrets.includes(field));
}

/** Segments of a path; a parameter is ''. */
function segments(path: string): string[] {
  return path.split('/').map((segment) => (segment.startsWith('{') ? '' : segment));
}

/** Whether some path fits both templates, and neither template is the narrower one everywhere. */
function collide(left: string, right: string): boolean {
  const [a, b] = [segments(left), segments(right)];
  if (a.length !== b.length) return false;
  if (a.some((segment, index) => segment !== '' && b[index] !== '' && segment !== b[index])) return false;
  const narrowerLeft = a.some((segment, index) => segment !== '' && b[index] === '');
  const narrowerRight = b.some((segment, index) => segment !== '' && a[index] === '');
  return narrowerLeft === narrowerRight;
}

/** Rules about how operations behave together: paging, repeating, versions, routing. */
export const protocolRules: Readonly<Record<string, ContractRule>> = {
  *'paged-lists'({ document }) {
    for (const at of operationsOf(document)) {
      const paging = at.operation['x-plystra-pagination'];
      const paged = answers(document, at).some(
        ({ name }) =>
          name !== '' && resolve<Schema>(document, `#/components/schemas/${name}`).properties?.['pagination'],
      );
      const signs = [paging !== undefined, takes(at, 'limit'), takes(at, 'cursor'), paged];
      if (new Set(signs).size > 1)
        yield [at.pointer, 'x-plystra-pagination, limit, cursor and pagination in the answer go together'];
      if (paging !== undefined && (!Array.isArray(paging.order) || !orderKeys.test(paging.order.join())))
        yield [
          at.pointer,
          'x-plystra-pagination.order names fields, each with a minus where it is descending',
        ];
    }
  },

  *'creating-idempotency-key'({ document }) {
    for (const at of operationsOf(document)) {
      const own = answers(document, at);
      const creates = at.method === 'post' && own.some(({ status }) => status === '201');
      const secret = own.some(({ name }) => showsSecret(document, name));
      if (creates && !secret && !takes(at, 'Idempotency-Key'))
        yield [at.pointer, 'a creating POST has the parameter IdempotencyKey'];
      if (secret && takes(at, 'Idempotency-Key'))
        yield [at.pointer, 'an answer with a secret is never stored: no IdempotencyKey'];
    }
  },

  *'idempotent-reads'({ document }) {
    for (const { method, operation, pointer } of operationsOf(document))
      if (method === 'get' && operation['x-plystra-idempotent'] !== true)
        yield [pointer, 'a GET may be repeated'];
  },

  *'versioned-objects'({ document }) {
    const all = operationsOf(document);
    const versioned = new Set(
      all.flatMap((at) => answers(document, at).flatMap(({ name, etag }) => (etag ? name : []))),
    );
    for (const at of all) {
      const own = answers(document, at).filter(({ name }) => versioned.has(name));
      if (own.some(({ etag }) => !etag))
        yield [at.pointer, 'an answer that is one versioned object has the header ETag'];
      const changes = at.method !== 'get' && own.some(({ status }) => status !== '201');
      const creates = own.some(({ status }) => status === '201');
      if (changes && !creates && !takes(at, 'If-Match'))
        yield [at.pointer, 'a change of one object has the parameter IfMatch'];
    }
  },

  *'distinct-paths'({ document }) {
    const all = operationsOf(document);
    for (const [index, one] of all.entries())
      for (const other of all.slice(index + 1))
        if (one.method === other.method && one.path !== other.path && collide(one.path, other.path))
          yield [other.pointer, `some paths fit ${one.id} as well, and neither of both is the narrower one`];
  },
};
