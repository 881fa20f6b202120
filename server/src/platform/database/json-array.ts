/** The type of the elements, from pg_type: json. */
const JSON_OID = 114;
const HEADER_BYTES = 20;

/**
 * JSON texts as a parameter of type `json[]`, in PostgreSQL's binary form (array_recv in its arrayfuncs.c): the number
 * of dimensions, whether there are nulls, the type of the elements, the one dimension's length and lower bound, then
 * each element behind its length, all of them as int32. In the text form every quote of every element would be escaped
 * here and read again there.
 */
export function jsonArray(texts: readonly string[]): Buffer {
  let bytes = HEADER_BYTES;
  for (const text of texts) bytes += 4 + Buffer.byteLength(text);
  const array = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const field of [1, 0, JSON_OID, texts.length, 1]) at = array.writeInt32BE(field, at);
  for (const text of texts) {
    const length = array.write(text, at + 4);
    at = array.writeInt32BE(length, at) + length;
  }
  return array;
}
