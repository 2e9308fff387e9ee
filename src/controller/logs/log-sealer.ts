import { createHash } from "node:crypto";
import { type FolderBlobs, logKey } from "../blobs/folder-blobs.ts";
import type { Store } from "../store/store.ts";

const PIECE = 2 ** 20;

/**
 * Moves the log of an attempt from the store to the blob store and answers its SHA-256. `expected` is the hash that the
 * agent gives: when it differs, nothing is moved, and the answer says so by being different. May run several times at once.
 */
export async function sealLog(store: Store, blobs: FolderBlobs, leaseId: string, expected?: string): Promise<string> {
  const lease = await store.leases.find(leaseId);
  if (!lease) return "";
  if (lease.log_blob !== null) return expected === undefined ? "" : await sha256Of(blobs, lease.log_blob);
  const length = lease.log_length;
  const hash = createHash("sha256");
  let at = 0;
  async function* bytes() {
    while (at < length) {
      const piece = await store.logs.read(leaseId, at, PIECE);
      if (piece.length === 0) return; // another one has moved it meanwhile
      hash.update(piece);
      at += piece.length;
      yield piece;
    }
  }
  let sha256 = "";
  const moved = await blobs.store(logKey(leaseId), bytes(), () => {
    sha256 = hash.digest("hex");
    return at === length && (expected === undefined || expected === sha256);
  });
  if (moved) await store.logs.sealed(leaseId, logKey(leaseId));
  if (at === length) return sha256;
  const now = await store.leases.find(leaseId);
  if (!now?.log_blob) throw new Error(`the log of ${leaseId} has a gap at ${at}`);
  return await sealLog(store, blobs, leaseId, expected);
}

async function sha256Of(blobs: FolderBlobs, key: string): Promise<string> {
  const hash = createHash("sha256");
  const size = await blobs.size(key);
  if (size > 0) for await (const bytes of blobs.read(key, 0, size - 1)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}
