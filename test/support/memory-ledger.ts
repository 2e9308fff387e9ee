import type { UploadLedger } from "../../src/controller/blobs/bucket-uploads.ts";

/** Which upload an incoming file has, without a store. */
export class MemoryLedger implements UploadLedger {
  readonly rows = new Map<string, string>();
  /** What a store would find that nobody goes on with. */
  left: string[] = [];

  async find(incoming: string): Promise<string | undefined> {
    return this.rows.get(incoming);
  }

  async begin(incoming: string, upload: string): Promise<string> {
    if (!this.rows.has(incoming)) this.rows.set(incoming, upload);
    return this.rows.get(incoming) ?? upload;
  }

  async forget(incoming: string): Promise<void> {
    this.rows.delete(incoming);
  }

  async leftovers(): Promise<string[]> {
    return this.left.filter((incoming) => this.rows.has(incoming));
  }

  async uploads(): Promise<Set<string>> {
    return new Set(this.rows.values());
  }
}
