const EMPTY = -1;
const first = 1 << 12;

/** A map from whole numbers of 0 and above to such numbers, outside of the JavaScript heap: 12 to 24 bytes an entry. */
export class IntMap {
  #keys = new Int32Array(first).fill(EMPTY);
  #values = new Int32Array(first);
  #count = 0;

  /** Bytes that the map takes. */
  get byteLength(): number {
    return this.#keys.byteLength + this.#values.byteLength;
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const slot = slotOf(this.#keys, key);
    return this.#keys[slot] === EMPTY ? -1 : (this.#values[slot] as number);
  }

  set(key: number, value: number): void {
    const slot = slotOf(this.#keys, key);
    if (this.#keys[slot] === EMPTY) this.#count += 1;
    this.#keys[slot] = key;
    this.#values[slot] = value;
    if (this.#count * 3 > this.#keys.length * 2) this.#grow();
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Int32Array(keys.length * 2).fill(EMPTY);
    this.#values = new Int32Array(keys.length * 2);
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] as number;
      if (key === EMPTY) continue;
      const slot = slotOf(this.#keys, key);
      this.#keys[slot] = key;
      this.#values[slot] = values[at] as number;
    }
  }
}

/** The slot of a key, or the empty one where it belongs. Keys come in runs, so they are spread by multiplication. */
function slotOf(keys: Int32Array, key: number): number {
  const mask = keys.length - 1;
  let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
  while (keys[slot] !== key && keys[slot] !== EMPTY) slot = (slot + 1) & mask;
  return slot;
}
