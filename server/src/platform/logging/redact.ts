import { isSecretKey } from './secret-key.ts';

/** What stands in the place of a credential. */
export const REDACTED = '[redacted]';

const MAX_DEPTH = 40;

/** Decides what stands in the place of the value under a key, or leaves it with undefined. */
export type KeyRule = (key: string) => string | undefined;

/**
 * A deep copy of plain data with `'[redacted]'` in the place of every value whose key is secret; null and undefined
 * stay, since they say that there is no value. Never throws: what cannot be copied (cycles, more than 40 levels,
 * getters that fail) is replaced by a word in brackets. The input is not changed.
 */
export function redact(value: unknown): unknown {
  return copyData(value, (key) => (isSecretKey(key) ? REDACTED : undefined));
}

/** A deep copy of data, with the values under some keys replaced as the rule says. Never throws. */
export function copyData(value: unknown, rule: KeyRule): unknown {
  return copy(value, rule, []);
}

function copy(value: unknown, rule: KeyRule, parents: readonly object[]): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (parents.includes(value)) return '[circular]';
  if (parents.length >= MAX_DEPTH) return '[too deep]';
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;

  const inside = [...parents, value];
  try {
    if (value instanceof Error) return describeError(value, rule, inside);
    if (value instanceof Map || value instanceof Set) return copy([...value], rule, inside);
    if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), rule, inside);
    if (Array.isArray(value)) return value.map((item) => copy(item, rule, inside));
    const copied: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const replacement = item === null || item === undefined ? undefined : rule(key);
      put(copied, key, replacement ?? copy(item, rule, inside));
    }
    return copied;
  } catch {
    return '[unreadable]';
  }
}

/** Sets a property, so that a key named __proto__ stays a key. */
function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * Of an error, what helps and nothing more: errors of drivers carry rows, values and statements in further
 * properties.
 */
function describeError(error: Error, rule: KeyRule, inside: readonly object[]): object {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, rule, inside) }),
  };
}
