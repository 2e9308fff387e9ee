import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import { type Blobs, logKey } from "../blobs/blobs.ts";
import type { Store } from "../store/store.ts";
import type { LeaseRow } from "../store/tables.ts";

const PIECE = 2 ** 20;

export interface Sealing {
  /** The SHA-256 that the agent gives: when the log has another one, nothing is moved. */
  expected?: string;
  /** Moves it now, also to a place that is far; throws when that place is away. Without it the log may wait in the store. */
  now?: boolean;
  /** The lease as the caller has just read it. */
  lease?: Selectable<LeaseRow>;
}

/**
 * Moves the log of an attempt from the store to the blob store and answers its SHA-256, also when it was not moved: `LeftLogs`
 * does it later, and until then it is read from the store. May run several times at once.
 */
export async function sealLog(store: Store, blobs: Blobs, leaseId: string, sealing: Sealing = {}): Promise<string> {
  const { expected, now = false } = sealing;
  const lease = sealing.lease ?? (await store.leases.find(leaseId));
  if (!lease) return "";
  if (lease.log_blob !== null) return expected === undefined ? "" : await sha256Of(blobs, lease.log_blob);
  const log = new LogBytes(store, leaseId, lease.log_length);
  if (lease.log_length === 0) return log.sha256(); // nothing to move
  if (blobs.isFar && !now) {
    if (expected === undefined) return "";
    for await (const _ of log.read()); // only for the hash
  } else {
    const isRight = () => log.isWhole() && (expected === undefined || expected === log.sha256());
    if (await blobs.store(logKey(leaseId), log.read(), isRight)) await store.logs.sealed(leaseId, logKey(leaseId));
  }
  if (log.isWhole()) return log.sha256();
  const again = await store.leases.find(leaseId);
  if (!again?.log_blob) throw new Error(`the log of ${leaseId} has a gap at ${log.at}`);
  return await sealLog(store, blobs, leaseId, { ...sealing, lease: again });
}

/** The bytes of a log in the store, hashed as they are read. */
class LogBytes {
  at = 0;
  private readonly store: Store;
  private readonly leaseId: string;
  private readonly length: number;
  private readonly hash = createHash("sha256");

  constructor(store: Store, leaseId: string, length: number) {
    this.store = store;
    this.leaseId = leaseId;
    this.length = length;
  }

  async *read(): AsyncGenerator<Buffer> {
    while (this.at < this.length) {
      const piece = await this.store.logs.read(this.leaseId, this.at, PIECE);
      if (piece.length === 0) return; // another one has moved it meanwhile
      this.hash.update(piece);
      this.at += piece.length;
      yield piece;
    }
  }

  isWhole(): boolean {
    return this.at === this.length;
  }

  /** Of what was read until now. */
  sha256(): string {
    return this.hash.copy().digest("hex");
  }
}

async function sha256Of(blobs: Blobs, key: string): Promise<string> {
  const hash = createHash("sha256");
  const size = await blobs.size(key);
  const bytes = size ? await blobs.open(key, 0, size - 1) : undefined;
  if (bytes) for await (const piece of bytes) hash.update(piece as Buffer);
  return hash.digest("hex");
}
