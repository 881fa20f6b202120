const SMALLEST = 64 * 2 ** 10;
const MOST_KEPT = 2 * 2 ** 20;

/**
 * Where the messages to PostgreSQL are put together byte by byte, to be sent as one. It serves one message after the
 * other without new memory, and gives back what a large one took.
 */
export class MessageBuffer {
  #bytes = Buffer.allocUnsafeSlow(SMALLEST);
  #end = 0;

  /** What was written so far. It is overwritten after `clear`. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  /** Begins anew. Whoever calls it knows that nobody reads what was written any more. */
  clear(): void {
    this.#end = 0;
  }

  /** Lets go of what a large message took. Whoever still sends it keeps it alive until then. */
  shrink(): void {
    if (this.#bytes.length <= MOST_KEPT) return;
    this.#bytes = Buffer.allocUnsafeSlow(SMALLEST);
    this.#end = 0;
  }

  /** A message: its letter, its length including the length itself, and its body. */
  message(letter: string, body: () => void): void {
    this.text(letter);
    const start = this.#end;
    this.int32(0);
    body();
    this.#bytes.writeInt32BE(this.#end - start, start);
  }

  /** A value behind its length. */
  measured(value: () => void): void {
    const start = this.#end;
    this.int32(0);
    value();
    this.#bytes.writeInt32BE(this.#end - start - 4, start);
  }

  int16(value: number): void {
    this.#ensure(2);
    this.#end = this.#bytes.writeInt16BE(value, this.#end);
  }

  int32(value: number): void {
    this.#ensure(4);
    this.#end = this.#bytes.writeInt32BE(value, this.#end);
  }

  int64(value: number): void {
    this.#ensure(8);
    this.#end = this.#bytes.writeBigInt64BE(BigInt(value), this.#end);
  }

  /** Text in UTF-8. */
  text(value: string): void {
    // A UTF-16 unit takes three bytes at most.
    this.#ensure(3 * value.length);
    this.#end += this.#bytes.write(value, this.#end);
  }

  /** Text that ends with a zero byte. */
  name(value: string): void {
    this.text(`${value}\0`);
  }

  #ensure(more: number): void {
    const least = this.#end + more;
    if (least <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
