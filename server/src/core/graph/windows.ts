/** Windows of time that few rows have, beside the rows. Instants are milliseconds since the epoch. */
export class Windows {
  #from = new Float64Array(64);
  #until = new Float64Array(64);
  #count = 0;

  /** Bytes that the windows take. */
  get byteLength(): number {
    return this.#from.byteLength + this.#until.byteLength;
  }

  /**
   * Keeps a window, in the place of an earlier one of the same row (`place`, or -1 where there was none). Gives its
   * place; -1 for a row that had no window and needs none.
   */
  put(place: number, from: number | null, until: number | null): number {
    if (place === -1 && from === null && until === null) return -1;
    const at = place === -1 ? this.#next() : place;
    this.#from[at] = from ?? Number.NaN;
    this.#until[at] = until ?? Number.NaN;
    return at;
  }

  /** The first instant inside the window at a place; null without a beginning, and without a window. */
  from(place: number): number | null {
    return place === -1 ? null : orNull(this.#from[place]);
  }

  /** The first instant behind it; null without an end, and without a window. */
  until(place: number): number | null {
    return place === -1 ? null : orNull(this.#until[place]);
  }

  #next(): number {
    if (this.#count === this.#from.length) {
      this.#from = doubled(this.#from);
      this.#until = doubled(this.#until);
    }
    this.#count += 1;
    return this.#count - 1;
  }
}

function orNull(instant: number | undefined): number | null {
  return instant === undefined || Number.isNaN(instant) ? null : instant;
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
