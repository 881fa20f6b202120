import { isRefusal, type Refusal } from '../../contract/refusal.ts';

/** The reply that shows a row and its version, or the refusal that came instead of it. */
export function shown<Row extends { readonly version: number }, Code extends string, Wire>(
  result: Row | Refusal<Code>,
  onWire: (row: Row) => Wire,
): { status: 200; data: Wire; version: number } | Refusal<Code> {
  if (isRefusal(result)) return result as Refusal<Code>;
  const row = result as Row;
  return { status: 200, data: onWire(row), version: row.version };
}
