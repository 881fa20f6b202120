/** Keys whose answer is remembered: those that a program writes are few, and each log line has a dozen. */
const mostRemembered = 4_096;

/** A function of a key that remembers what it gave; when it remembers too many, it begins anew. */
export function remembering<Value>(valueOf: (key: string) => Value): (key: string) => Value {
  const remembered = new Map<string, { readonly value: Value }>();
  return (key) => {
    const known = remembered.get(key);
    if (known !== undefined) return known.value;
    const value = valueOf(key);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, { value });
    return value;
  };
}
