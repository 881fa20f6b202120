import type { components } from '../../contract/generated/core/types.ts';

/** Kind of the value of a setting. */
export type SettingType = components['schemas']['SettingType'];

/** Bytes that a value has at most, as JSON text in UTF-8. */
export const MAX_VALUE_BYTES = 16 * 1024;

/** Why a value cannot be set. */
export type ValueProblem = { readonly rule: 'type' | 'size'; readonly message: string };

const fits: Readonly<Record<SettingType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  string_array: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  json: () => true,
};

const wanted: Readonly<Record<SettingType, string>> = {
  string: 'a string',
  integer: 'a whole number between -(2^53 - 1) and 2^53 - 1',
  number: 'a number',
  boolean: 'true or false',
  string_array: 'an array of strings',
  array: 'an array',
  object: 'an object',
  json: 'any JSON',
};

/** Whether a value is of the kind that its setting was declared with. null is no value and fits none of them. */
export function fitsType(type: SettingType, value: unknown): boolean {
  return value !== null && value !== undefined && fits[type](value);
}

/** What is wrong with a value of a setting; null when nothing is. */
export function valueProblem(type: SettingType, value: unknown): ValueProblem | null {
  if (!fitsType(type, value)) return { rule: 'type', message: `The setting takes ${wanted[type]}.` };
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_VALUE_BYTES) {
    return { rule: 'size', message: `The value has more than ${MAX_VALUE_BYTES} bytes as JSON text.` };
  }
  return null;
}
