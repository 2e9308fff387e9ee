import { Unreadable } from "../unreadable.ts";

/** Reads the big-endian values of Java's DataOutputStream one after another. Throws `Unreadable` ("truncated") at the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new Unreadable(
        "truncated",
        `It needs at least ${end} bytes by its own lengths, and has ${this.#bytes.length}.`,
      );
    }
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  int(): number {
    return this.take(4).readUInt32BE(0);
  }

  /** Bytes with their length as four bytes before them. */
  block(): Buffer {
    return this.take(this.int());
  }

  /** Text with its length as two bytes before it. Java's own UTF-8 differs only outside the base plane and for zero. */
  text(): string {
    return this.take(this.take(2).readUInt16BE(0)).toString("utf8");
  }
}
