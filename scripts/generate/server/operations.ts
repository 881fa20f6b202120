import type { Contract } from '../contracts.ts';
import { type LocatedOperation, operationsOf, type Parameter, type Schema, successes } from '../openapi.ts';
import { literal, origin } from '../print.ts';
import { parseScope } from '../scope.ts';

/** The kind of value that a parameter's text is decoded to. */
function kindOf({ schema }: Parameter, resolved: Schema): string {
  const type = [resolved.type ?? schema.type ?? 'string'].flat().find((each) => each !== 'null');
  if (type === 'integer' || type === 'boolean') return type;
  return type === 'array' ? 'string[]' : 'string';
}

function securityOf({ operation }: LocatedOperation): Record<string, boolean> {
  const names = (operation.security ?? []).flatMap((requirement) => Object.keys(requirement));
  const optional = (operation.security ?? []).some((requirement) => Object.keys(requirement).length === 0);
  return {
    session: names.includes('session'),
    apiKey: names.includes('apiKey'),
    ...Object.fromEntries(
      names.filter((name) => name !== 'session' && name !== 'apiKey').map((name) => [name, true]),
    ),
    anonymous: names.length === 0 || optional,
  };
}

/** One operation of the table. Throws when its scope does not parse. */
function entryOf(contract: Contract, at: LocatedOperation): Record<string, unknown> {
  const { document, tables } = contract;
  const { operation, method, path, tag, parameters } = at;
  const schemas = document.components.schemas ?? {};
  const resolved = (schema: Schema): Schema => schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  const answers = successes(document, operation);
  const takes = (name: string): boolean => parameters.some((parameter) => parameter.name === name);
  return {
    method,
    path,
    tag,
    summary: operation.summary,
    security: securityOf(at),
    permission: operation['x-plystra-permission'] ?? null,
    scope: parseScope(document, at, tables.tables),
    stability: operation['x-plystra-stability'],
    parameters: parameters.map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      kind: kindOf(parameter, resolved(parameter.schema)),
      required: parameter.required === true,
      default: resolved(parameter.schema).default,
    })),
    body: operation.requestBody === undefined ? null : { required: operation.requestBody.required === true },
    success: answers.map(([status, { content }]) => ({
      status: Number(status),
      contentType: Object.keys(content ?? {})[0] ?? null,
    })),
    errors: operation['x-plystra-errors'] ?? [],
    audit: operation['x-plystra-audit'] ?? [],
    idempotent: operation['x-plystra-idempotent'] === true,
    idempotencyKey: takes('Idempotency-Key'),
    ifMatch: takes('If-Match'),
    etag: answers.some(([, { headers }]) => headers?.['ETag'] !== undefined),
    pagination: operation['x-plystra-pagination']?.order ?? null,
    sdk: operation['x-plystra-sdk']?.method,
  };
}

/** `operations.ts`: the table of all operations of a contract, by operation id. */
export function printOperations(contract: Contract, source: string): string {
  const entries = operationsOf(contract.document)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((at) => `  ${at.id}: ${literal(entryOf(contract, at), 2, at.id.length + 2)},`);
  return [
    `// ${origin(source)}`,
    '',
    '/** The operations of the contract, by operation id. */',
    `export const operations = {\n${entries.join('\n')}\n} as const;`,
    '',
    '/** Type of the table: its strings are literals. */',
    'export type Operations = typeof operations;',
    '',
    '/** Id of an operation. */',
    'export type OperationId = keyof Operations;',
    '',
  ].join('\n');
}
