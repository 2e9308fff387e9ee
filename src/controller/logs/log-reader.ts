import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import type { Selectable } from "kysely";
import type { Blobs } from "../blobs/blobs.ts";
import type { Store } from "../store/store.ts";
import type { LeaseRow } from "../store/tables.ts";
import { refuseRemovedLog } from "./removed-log.ts";

const PIECE = 2 ** 20;

interface LogPiece {
  bytes: Buffer;
  /** Whether the log of an attempt begins with them. */
  begins: boolean;
}

/** Reads the log of a build: those of its attempts one after the other, so that it only ever grows. */
export class LogReader {
  private readonly store: Store;
  private readonly blobs: Blobs;

  constructor(store: Store, blobs: Blobs) {
    this.store = store;
    this.blobs = blobs;
  }

  /** At most `most` bytes from byte `from` of the build's log on; empty when there are none yet. Throws LOG_REMOVED. */
  async read(buildId: number, from: number, most: number): Promise<Buffer> {
    return (await this.piece(buildId, from, most)).bytes;
  }

  /**
   * Everything from byte `from` of the build's log on that is there by now, in pieces of at most 1 MiB, none of two
   * attempts. Others get their turn after each piece. Throws LOG_REMOVED.
   */
  async *pieces(buildId: number, from: number): AsyncGenerator<LogPiece> {
    for (let at = from; ; ) {
      const piece = await this.piece(buildId, at, PIECE);
      if (piece.bytes.length === 0) return;
      at += piece.bytes.length;
      yield piece;
      await setImmediate();
    }
  }

  private async piece(buildId: number, from: number, most: number): Promise<LogPiece> {
    let start = 0;
    for (const attempt of await this.store.leases.ofBuild(buildId)) {
      const end = start + attempt.log_length;
      if (from < end) {
        const within = from - start;
        const count = Math.min(most, attempt.log_length - within);
        const bytes = await this.bytes(attempt, within, count);
        if (bytes.length > 0) return { bytes, begins: within === 0 };
        // Nothing at a place that should have bytes: the log was moved or removed after the attempts were read.
        await this.refuseRemoved(buildId);
        return this.piece(buildId, from, most);
      }
      start = end;
    }
    return { bytes: Buffer.alloc(0), begins: false };
  }

  private async bytes(attempt: Selectable<LeaseRow>, from: number, count: number): Promise<Buffer> {
    if (!attempt.log_blob) return this.store.logs.read(attempt.id, from, count);
    const stream = await this.blobs.open(attempt.log_blob, from, from + count - 1);
    if (stream) return buffer(stream);
    await this.refuseRemoved(attempt.build_id);
    throw new Error(`the log of ${attempt.id} is not in the blob store`);
  }

  private async refuseRemoved(buildId: number): Promise<void> {
    const build = await this.store.builds.find(buildId);
    if (build) refuseRemovedLog(build);
  }
}
