import { buffer } from "node:stream/consumers";
import type { Selectable } from "kysely";
import type { Blobs } from "../blobs/blobs.ts";
import type { Store } from "../store/store.ts";
import type { LeaseRow } from "../store/tables.ts";
import { refuseRemovedLog } from "./removed-log.ts";

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
    let start = 0;
    for (const attempt of await this.store.leases.ofBuild(buildId)) {
      const end = start + attempt.log_length;
      if (from < end) {
        const within = from - start;
        const count = Math.min(most, attempt.log_length - within);
        const bytes = await this.bytes(attempt, within, count);
        if (bytes.length > 0) return bytes;
        // Nothing at a place that should have bytes: the log was moved or removed after the attempts were read.
        await this.refuseRemoved(buildId);
        return this.read(buildId, from, most);
      }
      start = end;
    }
    return Buffer.alloc(0);
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
