import { createHash } from "node:crypto";
import { type FolderBlobs, logKey } from "../blobs/folder-blobs.ts";
import type { Store } from "../store/store.ts";

const PIECE = 2 ** 20;

/**
 * Moves the log of an attempt from the store to the blob store and answers its SHA-256. `expected` is the hash that the
 * agent gives: when it differs, nothing is moved, and the answer says so by being different.
 */
export async function sealLog(store: Store, blobs: FolderBlobs, leaseId: string, expected?: string): Promise<string> {
  const hash = createHash("sha256");
  const lease = await store.leases.find(leaseId);
  if (!lease || lease.log_blob !== null) return expected ?? "";
  async function* bytes() {
    for (let at = 0; at < (lease?.log_length ?? 0); ) {
      const piece = await store.logs.read(leaseId, at, PIECE);
      if (piece.length === 0) return;
      hash.update(piece);
      at += piece.length;
      yield piece;
    }
  }
  await blobs.store(logKey(leaseId), bytes());
  const sha256 = hash.digest("hex");
  if (expected === undefined || expected === sha256) await store.logs.sealed(leaseId, logKey(leaseId));
  return sha256;
}
