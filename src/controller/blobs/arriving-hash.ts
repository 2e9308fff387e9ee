import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { PartPlace } from "./blobs.ts";

/**
 * The SHA-256 of a file that arrives in parts, made while it arrives: each part is read as soon as all before it are there, when
 * the system still has it in memory. So little is left to do once the last has come.
 */
export class ArrivingHash {
  private readonly file: string;
  private readonly hash = createHash("sha256");
  /** Parts that are there and not yet read, by their offset. */
  private readonly there = new Map<number, number>();
  /** Parts that are being written, by their offset. */
  private readonly writing = new Set<number>();
  /** Up to here the bytes are read, or are being read. */
  private upTo = 0;
  private reading: Promise<void> = Promise.resolve();
  private isVoid = false;

  constructor(file: string) {
    this.file = file;
  }

  /** Before a part is written. When it was written before, or is, what was or will be read of it may be something else later. */
  begins({ offset }: PartPlace): void {
    if (offset < this.upTo || this.writing.has(offset)) this.isVoid = true;
    this.writing.add(offset);
    this.there.delete(offset);
  }

  /** Nobody writes to that part any more, whether it is whole or not. */
  ends({ offset }: PartPlace): void {
    this.writing.delete(offset);
  }

  /** A part is whole. */
  isThere({ offset, size }: PartPlace): void {
    this.there.set(offset, size);
    for (let next = this.there.get(this.upTo); next; next = this.there.get(this.upTo)) {
      const from = this.upTo;
      this.there.delete(from);
      this.upTo += next;
      this.reading = this.reading.then(() => this.read(from, from + (next ?? 0)));
    }
  }

  /** In hexadecimal, of a file of that size; undefined when not all of it was read here, once and as it is. */
  async digest(size: number): Promise<string | undefined> {
    await this.reading;
    if (this.isVoid || this.upTo !== size) return undefined;
    this.isVoid = true; // a hash tells its digest once
    return this.hash.digest("hex");
  }

  private async read(from: number, to: number): Promise<void> {
    if (this.isVoid) return;
    try {
      let left = to - from;
      for await (const bytes of createReadStream(this.file, { start: from, end: to - 1, highWaterMark: 2 ** 20 })) {
        this.hash.update(bytes as Buffer);
        left -= (bytes as Buffer).length;
      }
      if (left > 0) this.isVoid = true;
    } catch {
      this.isVoid = true; // the whole file is read at the end, and what is wrong is said then
    }
  }
}
