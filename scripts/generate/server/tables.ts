import type { ErrorTable } from '../error-table.ts';
import { key, literal, origin } from '../print.ts';

/** `error-codes.ts`: a table of error codes for the server's factories. */
export function printErrorCodes(table: ErrorTable, source: string): string {
  const rows = Object.entries(table)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { status, message, hint, details, retryable }]) => {
      return `  ${key(code)}: ${literal({ status, message, hint, details, retryable }, 2, code.length + 2)},`;
    });
  return [
    `// ${origin(source)}`,
    '',
    '/** The error codes with their statuses, fixed texts and shapes of `error.details`. */',
    `export const errorCodes = {\n${rows.join('\n')}\n} as const;`,
    '',
    '/** Type of the table: its strings are literals. */',
    'export type ErrorCodes = typeof errorCodes;',
    '',
    '/** A code of the table. */',
    'export type ErrorCode = keyof ErrorCodes;',
    '',
    '/** The codes whose `error.details` have the given shape. */',
    'export type ErrorCodeWith<Details extends ErrorCodes[ErrorCode]["details"]> = {'.replaceAll('"', "'"),
    '  [Code in ErrorCode]: ErrorCodes[Code] extends { details: Details } ? Code : never;',
    '}[ErrorCode];',
    '',
  ].join('\n');
}

/** `permission-keys.ts`: the permission keys of the control plane. */
export function printPermissionKeys(permissions: Readonly<Record<string, string>>, source: string): string {
  const rows = Object.entries(permissions).map(([name, meaning]) => `  ${key(name)}: ${literal(meaning)},`);
  return [
    `// ${origin(source)}`,
    '',
    '/** The permission keys of the control plane with what they allow. */',
    `export const permissionKeys = {\n${rows.join('\n')}\n} as const;`,
    '',
    '/** A permission key, without wildcards. */',
    'export type PermissionKey = keyof typeof permissionKeys;',
    '',
  ].join('\n');
}
