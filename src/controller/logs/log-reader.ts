import { buffer } from "node:stream/consumers";
import type { FolderBlobs } from "../blobs/folder-blobs.ts";
import type { Store } from "../store/store.ts";

/** Reads the log of a build: those of its attempts one after the other, so that it only ever grows. */
export class LogReader {
  private readonly store: Store;
  private readonly blobs: FolderBlobs;

  constructor(store: Store, blobs: FolderBlobs) {
    this.store = store;
    this.blobs = blobs;
  }

  /** At most `most` bytes from byte `from` of the build's log on; empty when there are none yet. */
  async read(buildId: number, from: number, most: number): Promise<Buffer> {
    let start = 0;
    for (const attempt of await this.store.leases.ofBuild(buildId)) {
      const end = start + attempt.log_length;
      if (from < end) {
        const within = from - start;
        const count = Math.min(most, attempt.log_length - within);
        if (attempt.log_blob) return buffer(this.blobs.read(attempt.log_blob, within, within + count - 1));
        const bytes = await this.store.logs.read(attempt.id, within, count);
        // Nothing at a place that should have bytes: the log was moved to the blob store after the attempts were read.
        return bytes.length > 0 ? bytes : this.read(buildId, from, most);
      }
      start = end;
    }
    return Buffer.alloc(0);
  }
}
