import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

/**
 * The append-only log of a job on disk: redacted bytes only. Beyond `limitBytes` the middle is dropped and the last
 * `tailBytes` are kept, because the error is at the end. Writes block: that is the back-pressure on what a build prints.
 */
export class LogSpool {
  private readonly fd: number;
  private readonly hash = createHash("sha256");
  private readonly limit: number;
  private readonly tailLimit: number;
  private tail: Buffer[] = [];
  private tailLength = 0;
  private dropped = 0;
  private written = 0;

  constructor(file: string, limitBytes: number, tailBytes: number) {
    this.fd = openSync(file, "ax", 0o600);
    this.limit = limitBytes;
    this.tailLimit = tailBytes;
  }

  get truncated(): boolean {
    return this.dropped > 0;
  }

  /** How many bytes stand in the file by now. */
  get onDisk(): number {
    return this.written;
  }

  /** Whether the end of the log waits in memory, and not in the file. */
  get holdsEnd(): boolean {
    return this.tailLength > 0;
  }

  write(bytes: Buffer): void {
    const room = this.tailLength > 0 ? 0 : Math.max(0, this.limit - this.written);
    if (room > 0) this.append(bytes.subarray(0, room));
    if (bytes.length > room) this.keepInTail(bytes.subarray(room));
  }

  /** Writes what was kept of the end and closes; answers length and SHA-256 of the whole file. */
  close(): { length: number; sha256: string; truncated: boolean } {
    if (this.dropped > 0) {
      this.append(Buffer.from(`\n[millwright: ${this.dropped} bytes of the log were left out here]\n`));
    }
    for (const part of this.tail) this.append(part);
    closeSync(this.fd);
    return { length: this.written, sha256: this.hash.digest("hex"), truncated: this.truncated };
  }

  private append(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      const count = writeSync(this.fd, bytes, done);
      // Piece by piece: when the disk runs full in between, length and hash are still those of the file.
      this.hash.update(bytes.subarray(done, done + count));
      this.written += count;
      done += count;
    }
  }

  private keepInTail(bytes: Buffer): void {
    this.tail.push(Buffer.from(bytes));
    this.tailLength += bytes.length;
    while (this.tailLength > this.tailLimit) {
      const first = this.tail[0] as Buffer;
      const excess = Math.min(first.length, this.tailLength - this.tailLimit);
      if (excess === first.length) this.tail.shift();
      else this.tail[0] = first.subarray(excess);
      this.tailLength -= excess;
      this.dropped += excess;
    }
  }
}
