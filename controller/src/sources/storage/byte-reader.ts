/** The bytes ended before the value did, or hold something that can't be. */
export class CorruptError extends Error {
  override readonly name = 'CorruptError';
}

/** Reads what Java's `DataOutputStream` wrote: big-endian numbers and length-prefixed strings. Throws `CorruptError`. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  /** Passes over `count` bytes and answers where they began. */
  skip(count: number): number {
    const from = this.#at;
    if (count < 0 || from + count > this.#bytes.length) throw new CorruptError(`cut off at byte ${this.#bytes.length}`);
    this.#at = from + count;
    return from;
  }

  byte(): number {
    return this.#bytes.readInt8(this.skip(1));
  }

  int(): number {
    return this.#bytes.readInt32BE(this.skip(4));
  }

  /** A number of things that follow, each at least one byte long. */
  count(): number {
    const count = this.int();
    if (count < 0 || count > this.#bytes.length - this.#at)
      throw new CorruptError(`impossible count at byte ${this.#at - 4}`);
    return count;
  }

  /** A 64-bit number; file sizes are far below 2^53. */
  long(): number {
    return Number(this.#bytes.readBigInt64BE(this.skip(8)));
  }

  text(): string {
    const length = this.#bytes.readUInt16BE(this.skip(2));
    const from = this.skip(length);
    return this.#bytes.toString('utf8', from, from + length);
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}
