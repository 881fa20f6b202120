const first = 1 << 10;

/** A column of whole numbers (32 bits, signed) that grows by itself, outside of the JavaScript heap. */
export class IntColumn {
  #values = new Int32Array(first);

  /** Bytes that the column takes. */
  get byteLength(): number {
    return this.#values.byteLength;
  }

  /** The number of a row that was set. */
  at(row: number): number {
    return this.#values[row] as number;
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) {
      const larger = new Int32Array(Math.max(row + 1, Math.ceil(this.#values.length * 1.5)));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[row] = value;
  }
}
