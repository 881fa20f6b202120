import { randomInt } from 'node:crypto';

const firstBytes = 1 << 16;
const firstTexts = 1 << 12;
const EMPTY = -1;
/** The prime of FNV-1a for 32 bits. */
const PRIME = 0x01000193;
/** Texts that are kept as strings, too, since making one of its bytes takes longer than anything else here. */
const recentTexts = 1 << 16;

/**
 * Texts, each kept once, under small numbers (handles) that are given out in order. They lie as UTF-8 in one buffer
 * outside of the JavaScript heap, so that millions of them cost the garbage collector nothing: about 12 bytes a text
 * and its own bytes. A text is never taken out.
 */
export class Texts {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #used = 0;
  /** Where hashes begin: nobody outside can choose texts that all hash alike. */
  readonly #basis = randomInt(2 ** 32);
  /** Where each text begins; it ends where the next one begins. */
  #starts = new Uint32Array(firstTexts);
  #count = 0;
  /** Open addressing, linear probing; a power of two, at most two thirds full. */
  #slots = new Int32Array(firstTexts * 2).fill(EMPTY);
  /** By the lower bits of handles: what is kept there, its text, and what was last read there in vain. */
  readonly #recent = new Int32Array(recentTexts).fill(EMPTY);
  readonly #recentText: string[] = new Array<string>(recentTexts).fill('');
  readonly #wanted = new Int32Array(recentTexts).fill(EMPTY);
  /** What was found last: one text is often looked for several times in a row. */
  #foundText = '';
  #found = EMPTY;

  /** How many texts there are; the handles are the numbers below it. */
  get size(): number {
    return this.#count;
  }

  /** Bytes that the texts and their table take. */
  get byteLength(): number {
    return this.#bytes.byteLength + this.#starts.byteLength + this.#slots.byteLength;
  }

  /** The handle of a text, which is taken in when it is new. */
  add(text: string): number {
    const length = this.#write(text);
    const slot = this.#slotOf(length);
    const known = this.#slots[slot] as number;
    if (known !== EMPTY) return known;
    const handle = this.#count;
    if (handle + 1 >= this.#starts.length) this.#starts = doubled(this.#starts);
    this.#used += length;
    this.#count += 1;
    this.#starts[this.#count] = this.#used;
    this.#slots[slot] = handle;
    if (this.#count * 3 > this.#slots.length * 2) this.#rehash();
    return handle;
  }

  /** The handle of a text, or -1 when it is not there. */
  find(text: string): number {
    if (this.#found !== EMPTY && text === this.#foundText) return this.#found;
    const handle = this.#slots[this.#slotOfAscii(text) ?? this.#slotOf(this.#write(text))] as number;
    if (handle !== EMPTY) {
      this.#foundText = text;
      this.#found = handle;
    }
    return handle;
  }

  /** The text of a handle. */
  at(handle: number): string {
    const place = handle & (recentTexts - 1);
    if (this.#recent[place] === handle) return this.#recentText[place] as string;
    const text = this.#bytes.toString('utf8', this.#starts[handle], this.#starts[handle + 1]);
    // Kept when it is wanted twice in a row: texts that take turns would be kept just long enough to burden the collector.
    if (this.#wanted[place] === handle) {
      this.#recent[place] = handle;
      this.#recentText[place] = text;
    }
    this.#wanted[place] = handle;
    return text;
  }

  /** Writes the text behind the last one, where it stays only if it is taken in. Gives its length in bytes. */
  #write(text: string): number {
    const most = this.#used + text.length * 3;
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(most, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    return this.#bytes.write(text, this.#used, 'utf8');
  }

  /** The slot of the text that was just written: where it stands, or the empty one where it belongs. */
  #slotOf(length: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(this.#used, length) & mask; ; slot = (slot + 1) & mask) {
      const handle = this.#slots[slot] as number;
      if (handle === EMPTY || this.#isLast(handle, length)) return slot;
    }
  }

  /** The slot of a text whose bytes are its characters, so that it need not be written; null for others. */
  #slotOfAscii(text: string): number | null {
    let hash = this.#basis;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return null;
      hash = Math.imul(hash ^ code, PRIME);
    }
    const mask = this.#slots.length - 1;
    for (let slot = mixed(hash) & mask; ; slot = (slot + 1) & mask) {
      const handle = this.#slots[slot] as number;
      if (handle === EMPTY || this.#isAscii(handle, text)) return slot;
    }
  }

  #isAscii(handle: number, text: string): boolean {
    const start = this.#starts[handle] as number;
    if ((this.#starts[handle + 1] as number) - start !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) {
      if (this.#bytes[start + at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  #isLast(handle: number, length: number): boolean {
    const start = this.#starts[handle] as number;
    if ((this.#starts[handle + 1] as number) - start !== length) return false;
    for (let at = 0; at < length; at += 1) {
      if (this.#bytes[start + at] !== this.#bytes[this.#used + at]) return false;
    }
    return true;
  }

  /** FNV-1a, 32 bits, with a last mix so that the low bits depend on all of them. */
  #hash(start: number, length: number): number {
    let hash = this.#basis;
    for (let at = start; at < start + length; at += 1) {
      hash = Math.imul(hash ^ (this.#bytes[at] as number), PRIME);
    }
    return mixed(hash);
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = this.#slots.length - 1;
    for (let handle = 0; handle < this.#count; handle += 1) {
      const start = this.#starts[handle] as number;
      let slot = this.#hash(start, (this.#starts[handle + 1] as number) - start) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = handle;
    }
  }
}

function mixed(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
