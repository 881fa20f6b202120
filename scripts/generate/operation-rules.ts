import type { ContractRule } from './contract-rule.ts';
import type { Contract } from './contracts.ts';
import { deref, type LocatedOperation, operationsOf, type Response } from './openapi.ts';
import { parseScope } from './scope.ts';

const stabilities = ['stable', 'experimental', 'vision'];
const action = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;

/** What each extension has to look like. */
const extensions: Readonly<Record<string, (value: unknown) => boolean>> = {
  summary: (value) => typeof value === 'string' && value !== '',
  description: (value) => typeof value === 'string' && value !== '',
  security: Array.isArray,
  'x-plystra-scope': (value) => typeof value === 'string',
  'x-plystra-stability': (value) => typeof value === 'string' && stabilities.includes(value),
  'x-plystra-errors': Array.isArray,
  'x-plystra-audit': (value) => Array.isArray(value) && value.every((each) => action.test(String(each))),
  'x-plystra-idempotent': (value) => typeof value === 'boolean',
  'x-plystra-sdk': (value) => typeof value === 'object' && value !== null,
};

function* each(
  contract: Contract,
  check: (at: LocatedOperation) => Iterable<string>,
): Generator<[string, string]> {
  for (const at of operationsOf(contract.document))
    for (const message of check(at)) yield [at.pointer, message];
}

/** Rules about what an operation says of itself. */
export const operationRules: Readonly<Record<string, ContractRule>> = {
  'operation-extensions': (contract) =>
    each(contract, function* ({ operation }) {
      for (const [key, fits] of Object.entries(extensions))
        if (!fits((operation as Readonly<Record<string, unknown>>)[key]))
          yield `${key} is missing or of another shape`;
    }),

  'one-tag': (contract) =>
    each(contract, function* ({ operation, tag }) {
      if (operation.tags?.length !== 1) yield 'an operation has one tag';
      if (!contract.document.tags?.some(({ name }) => name === tag)) yield `tag ${tag} is not declared`;
    }),

  'declared-security': (contract) =>
    each(contract, function* ({ operation }) {
      for (const requirement of operation.security ?? []) {
        const names = Object.keys(requirement);
        if (names.length > 1) yield 'a requirement names one scheme: credentials are never combined';
        for (const name of names)
          if (contract.document.components.securitySchemes?.[name] === undefined)
            yield `no security scheme ${name}`;
      }
    }),

  'known-permissions': (contract) =>
    each(contract, function* ({ operation }) {
      const key = operation['x-plystra-permission'];
      if (key === undefined) return;
      if (contract.tables.permissions[key] === undefined)
        yield `no permission key ${key} in shared/permissions.yaml`;
      if (operation.security?.length === 0) yield 'a permission needs a credential: security is empty';
    }),

  'parsed-scopes': (contract) =>
    each(contract, function* (at) {
      try {
        const { kind } = parseScope(contract.document, at, contract.tables.tables);
        const held = kind !== 'none' && kind !== 'self';
        if (held && at.operation['x-plystra-permission'] === undefined)
          yield `scope ${kind} tells where a permission has to hold, and no permission is asked`;
      } catch (error) {
        yield `x-plystra-scope: ${(error as Error).message}`;
      }
    }),

  'known-error-codes': (contract) =>
    each(contract, function* ({ operation }) {
      for (const code of operation['x-plystra-errors'] ?? []) {
        const row = contract.tables.errors[code];
        if (row === undefined) yield `${contract.tables.errorsFile} has no code ${code}`;
        if (row?.implied === 'routing') yield `${code} is answered before an operation is found`;
      }
    }),

  'statuses-of-codes': (contract) =>
    each(contract, function* ({ operation }) {
      const statuses = Object.keys(operation.responses ?? {});
      const success = statuses.filter((status) => status.startsWith('2'));
      if (success.length === 0) yield 'an operation has a success response';
      const codes = operation['x-plystra-errors'] ?? [];
      const expected = new Set(codes.map((code) => String(contract.tables.errors[code]?.status)));
      for (const status of statuses)
        if (!success.includes(status) && !expected.has(status))
          yield `no code of x-plystra-errors has status ${status}`;
      for (const status of expected)
        if (!statuses.includes(status)) yield `status ${status} of its codes has no response`;
    }),

  'json-answers': (contract) =>
    each(contract, function* ({ operation, path }) {
      const types = Object.entries(operation.responses ?? {}).flatMap(([status, response]) => {
        const { content } = deref<Response>(contract.document, response);
        return Object.keys(content ?? {}).filter(
          (type) => !(path === '/metrics' && status === '200' && type === 'text/plain'),
        );
      });
      for (const type of [...types, ...Object.keys(operation.requestBody?.content ?? {})])
        if (type !== 'application/json') yield `bodies are application/json, not ${type}`;
    }),
};
