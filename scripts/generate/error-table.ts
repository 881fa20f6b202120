import type { Json, LocatedOperation } from './openapi.ts';

const detailShapes = ['none', 'violations', 'permission', 'retry', 'conflict', 'free'] as const;

/** Shape of `error.details` of a code. */
export type DetailsShape = (typeof detailShapes)[number];

/** A row of the table of error codes. */
export interface ErrorRow {
  status: number;
  message: string;
  hint: string;
  details: DetailsShape;
  implied?: Implied;
  /** Whether the same request may be sent again. Only in tables whose envelope says so. */
  retryable?: boolean;
  /** Example of `details` where the shape is `free`. */
  example?: Json;
}

/** The table of error codes, by code. */
export type ErrorTable = Readonly<Record<string, ErrorRow>>;

const implies = {
  every: () => true,
  input: (at) => at.parameters.length > 0 || hasBody(at),
  body: hasBody,
  credentials: (at) => schemes(at).length > 0,
  permission: (at) => at.operation['x-plystra-permission'] !== undefined,
  public: (at) => schemes(at).length === 0 || (at.operation.security ?? []).some(isAnonymous),
  idempotency: (at) => hasHeader(at, 'Idempotency-Key'),
  precondition: (at) => hasHeader(at, 'If-Match'),
  routing: () => false,
} satisfies Record<string, (at: LocatedOperation) => boolean>;

/** Which operations can answer a code without naming it. */
export type Implied = keyof typeof implies;

function hasBody({ operation }: LocatedOperation): boolean {
  return operation.requestBody !== undefined;
}

function hasHeader({ parameters }: LocatedOperation, name: string): boolean {
  return parameters.some((parameter) => parameter.in === 'header' && parameter.name === name);
}

function isAnonymous(requirement: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.keys(requirement).length === 0;
}

function schemes({ operation }: LocatedOperation): string[] {
  return (operation.security ?? []).flatMap((requirement) => Object.keys(requirement));
}

/** Checks the shape of a table of error codes. Throws with all that is wrong. */
export function parseErrorTable(value: unknown, file: string): ErrorTable {
  const problems: string[] = [];
  const table = value as ErrorTable;
  for (const [code, row] of Object.entries(table)) {
    if (!Number.isInteger(row.status) || row.status < 400 || row.status > 599)
      problems.push(`${code}: status`);
    for (const key of ['message', 'hint'] as const)
      if (typeof row[key] !== 'string' || row[key] === '') problems.push(`${code}: ${key}`);
    if (!detailShapes.includes(row.details)) problems.push(`${code}: details`);
    if (row.implied !== undefined && !(row.implied in implies)) problems.push(`${code}: implied`);
  }
  if (problems.length > 0) throw new Error(`${file} is not a table of error codes: ${problems.join(', ')}`);
  return table;
}

/** All codes of an operation, sorted: those that it names and those that the table implies. */
export function errorCodesOf(table: ErrorTable, at: LocatedOperation): string[] {
  const codes = new Set(at.operation['x-plystra-errors'] ?? []);
  for (const [code, row] of Object.entries(table))
    if (row.implied !== undefined && implies[row.implied](at)) codes.add(code);
  return [...codes].sort();
}
