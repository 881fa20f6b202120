/** How much is remembered at most. */
const mostRemembered = 4_096;

/**
 * A function of a text that remembers what it gave, for texts of which few are in use at a time: names of fields,
 * addresses of peers. When it remembers too much, it begins anew.
 */
export function remembering<Value>(of: (text: string) => Value): (text: string) => Value {
  const remembered = new Map<string, { readonly value: Value }>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known.value;
    const value = of(text);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(text, { value });
    return value;
  };
}
