import { Transform, type TransformCallback } from "node:stream";
import type { Push } from "../../store/push-store.ts";

/** A flush packet: the last bytes of an answer to a push. */
const FLUSH = "0000";
const MOST_PACKET_BYTES = 1000;

/**
 * Passes git's answer to a push on, but for its last packet: the pusher waits for that while the push is recorded and
 * acted upon, and is then told what came of it (gitprotocol-pack: band 2 of the sideband is shown as `remote: …`).
 */
export class HeldEnd extends Transform {
  private first = Buffer.alloc(0);
  private tail = Buffer.alloc(0);

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.first.length < 5) this.first = Buffer.concat([this.first, bytes.subarray(0, 5)]);
    const all = Buffer.concat([this.tail, bytes]);
    this.tail = all.subarray(-FLUSH.length);
    done(null, all.subarray(0, -FLUSH.length));
  }

  /** What the answer still lacks, with these lines for the pusher where the client understands them. */
  endWith(lines: readonly string[]): Buffer {
    const band = this.first[4];
    const hasSideband = this.tail.toString() === FLUSH && (band === 1 || band === 2);
    return Buffer.concat([...(hasSideband ? lines.map(packet) : []), this.tail]);
  }
}

/** What a pusher is told of the pushes that were just acted upon. */
export function told(pushes: readonly Push[]): string[] {
  return pushes.filter(({ sha }) => sha !== "").map(({ branch, outcome }) => `${branch}: ${outcome || "recorded"}`);
}

function packet(line: string): Buffer {
  const text = Buffer.from(`\u0002${line}\n`).subarray(0, MOST_PACKET_BYTES);
  return Buffer.concat([Buffer.from((text.length + 4).toString(16).padStart(4, "0")), text]);
}
