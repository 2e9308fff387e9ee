import type { Kysely } from "kysely";
import { whyStale } from "../queue/transitions.ts";
import type { Tables } from "./tables.ts";
import { buildView, leaseView } from "./views.ts";

export interface Piece {
  leaseId: string;
  fence: number;
  offset: number;
  data: Buffer;
}

export type Appended =
  | { ok: true; committed: number; buildId: number }
  | { ok: false; stale: string }
  | { ok: false; gap: number };

/** The bytes of logs while their attempt runs: pieces at offsets, without gap or overlap. */
export class LogStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /**
   * Appends many pieces in one commit; the answers stand in the order of the pieces. What is there already is skipped, a
   * gap is refused with the offset that is expected, and the fence is checked in the same transaction.
   */
  append(pieces: readonly Piece[]): Promise<Appended[]> {
    return this.db.transaction().execute(async (tx) => {
      const answers: Appended[] = [];
      for (const piece of pieces) {
        const lease = await tx.selectFrom("leases").selectAll().where("id", "=", piece.leaseId).executeTakeFirst();
        const build =
          lease && (await tx.selectFrom("builds").selectAll().where("id", "=", lease.build_id).executeTakeFirst());
        const stale =
          !lease || !build ? "the controller doesn't know this lease" : staleReason(build, lease, piece.fence);
        if (stale || !lease) {
          answers.push({ ok: false, stale: stale ?? "" });
        } else if (piece.offset > lease.log_length) {
          answers.push({ ok: false, gap: lease.log_length });
        } else {
          const fresh = piece.data.subarray(lease.log_length - piece.offset);
          const committed = lease.log_length + fresh.length;
          if (fresh.length > 0) {
            const row = { lease_id: lease.id, start: lease.log_length, data: fresh };
            await tx.insertInto("log_chunks").values(row).execute();
            await tx.updateTable("leases").set({ log_length: committed }).where("id", "=", lease.id).execute();
          }
          answers.push({ ok: true, committed, buildId: lease.build_id });
        }
      }
      return answers;
    });
  }

  /** At most about `most` bytes from `from` on; empty at the end. */
  async read(leaseId: string, from: number, most: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let at = from;
    while (at - from < most) {
      const row = await this.db
        .selectFrom("log_chunks")
        .selectAll()
        .where("lease_id", "=", leaseId)
        .where("start", "<=", at)
        .orderBy("start", "desc")
        .limit(1)
        .executeTakeFirst();
      const bytes = row ? Buffer.from(row.data).subarray(at - row.start) : Buffer.alloc(0);
      if (bytes.length === 0) break;
      parts.push(bytes);
      at += bytes.length;
    }
    return Buffer.concat(parts).subarray(0, most);
  }

  /** The log now lies in the blob store: its pieces may go. */
  async sealed(leaseId: string, blob: string): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await tx.updateTable("leases").set({ log_blob: blob }).where("id", "=", leaseId).execute();
      await tx.deleteFrom("log_chunks").where("lease_id", "=", leaseId).execute();
    });
  }
}

function staleReason(
  build: Parameters<typeof buildView>[0],
  lease: Parameters<typeof leaseView>[0],
  fence: number,
): string | undefined {
  if (fence !== lease.fence) return `the fence is ${fence}, that of the lease ${lease.fence}`;
  return whyStale(buildView(build), leaseView(lease));
}
