import { STATUS_CODES } from 'node:http';
import type { ErrorRow, ErrorTable } from './error-table.ts';
import type { Document, Example, Json, MediaType, Operation, Response } from './openapi.ts';

const requestId = 'req_5f1c2d3e4a5b6c7d';

/** Examples of `error.details` by shape. `free` has its example in the table. */
const details: Record<ErrorRow['details'], (row: ErrorRow, permission: string) => Json> = {
  none: () => null,
  violations: () => [
    { in: 'body', pointer: '/name', rule: 'maxLength', message: 'must NOT have more than 200 characters' },
  ],
  permission: (_row, permission) => ({ permission }),
  retry: () => ({ retry_after_seconds: 5 }),
  conflict: () => ({ field: 'id' }),
  free: ({ example }) => example ?? {},
};

/** Only an error that rests on a decision has these fields. */
const decision: Readonly<Record<string, Record<string, Json>>> = {
  AUTHORIZATION_DENIED: {
    deny_code: 'NO_MATCHING_PERMISSION',
    trace_id: 'trc_0190d4c2b6a87f3e9c1d5a7b8e2f4061',
    audit_log_id: 'audit_0190d4c2b6a87f3e9c1d5a7b8e2f4061',
  },
};

/** The example of a code: of all that can be said about it the fields that the contract's own envelope has. */
function errorExample(document: Document, code: string, row: ErrorRow, permission: string): Example {
  const { message, hint, retryable = false } = row;
  const error = pick(document, 'ErrorBody', {
    ...{
      code,
      message,
      hint,
      retryable,
      details: details[row.details](row, permission),
      request_id: requestId,
    },
    ...decision[code],
  });
  return { summary: message, value: pick(document, 'ErrorEnvelope', { error, request_id: requestId }) };
}

function pick(
  document: Document,
  schema: string,
  fields: Readonly<Record<string, Json>>,
): Record<string, Json> {
  const known = document.components.schemas?.[schema]?.properties ?? {};
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name in known));
}

/** Component names cannot hold a colon. */
function nameOf(codes: readonly string[], table: ErrorTable, permission: string): string {
  const own = codes.some((code) => table[code]?.details === 'permission');
  return codes.join('.') + (own ? `.${permission.replace(':', '_')}` : '');
}

/**
 * Writes the error responses of an operation: one a status, each a component that is named by its codes, with the
 * error envelope, its headers and one example a code. Codes that the table lacks are left to the rules.
 */
export function addErrorResponses(
  document: Document,
  operation: Operation,
  codes: readonly string[],
  table: ErrorTable,
): void {
  const permission = operation['x-plystra-permission'] ?? '';
  const components = document.components;
  components.responses ??= {};
  components.examples ??= {};
  operation.responses ??= {};
  const byStatus = Map.groupBy(
    codes.filter((code) => code in table),
    (code) => String(table[code]?.status),
  );
  for (const status of [...byStatus.keys()].sort()) {
    const own = byStatus.get(status) ?? [];
    const name = nameOf(own, table, permission);
    const examples: NonNullable<MediaType['examples']> = Object.fromEntries(
      own.map((code) => [code, { $ref: `#/components/examples/${nameOf([code], table, permission)}` }]),
    );
    for (const code of own) {
      const row = table[code];
      if (row !== undefined)
        components.examples[nameOf([code], table, permission)] = errorExample(
          document,
          code,
          row,
          permission,
        );
    }
    const retry = own.some((code) => table[code]?.details === 'retry');
    const response: Response = {
      description: `${STATUS_CODES[Number(status)]}: ${own.map((code) => `\`${code}\``).join(' or ')}.`,
      headers: {
        'X-Request-ID': { $ref: '#/components/headers/RequestId' },
        ...(retry && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
      },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorEnvelope' }, examples } },
    };
    components.responses[name] = response;
    operation.responses[status] = { $ref: `#/components/responses/${name}` };
  }
}
