import type { MessageBuffer } from './message-buffer.ts';

/** Writes the value of a parameter in PostgreSQL's binary form. */
export type Parameter = (into: MessageBuffer) => void;

/** Types of elements, from pg_type. */
const oids = { bigint: 20, text: 25, json: 114 };

/** A parameter of type `text[]`. */
export const textArray = (texts: readonly string[]): Parameter => array(oids.text, texts, writeText);

/** JSON texts as a parameter of type `json[]`. */
export const jsonArray = (texts: readonly string[]): Parameter => array(oids.json, texts, writeText);

/** A parameter of type `bigint[]`. */
export const bigintArray = (values: readonly (number | null)[]): Parameter =>
  array(oids.bigint, values, writeBigint);

/**
 * As array_recv in arrayfuncs.c reads it: the number of dimensions, whether there are nulls, the type of the elements,
 * the one dimension's length and lower bound, then each element behind its length, all of them as int32; a null has
 * the length -1. In the text form every quote of every element would be escaped here and read again there.
 */
function array<Value>(
  oid: number,
  values: readonly (Value | null)[],
  write: (into: MessageBuffer, value: Value) => void,
): Parameter {
  return (into) => {
    for (const field of [1, values.includes(null) ? 1 : 0, oid, values.length, 1]) into.int32(field);
    for (const value of values) {
      if (value === null) into.int32(-1);
      else into.measured(() => write(into, value));
    }
  };
}

function writeText(into: MessageBuffer, text: string): void {
  into.text(text);
}

function writeBigint(into: MessageBuffer, value: number): void {
  into.int64(value);
}
