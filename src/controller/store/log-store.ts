import type { Kysely, Selectable, Transaction } from "kysely";
import { whyStale } from "../queue/transitions.ts";
import type { BuildRow, LeaseRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";
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
    return inTransaction(this.db, async (tx) => {
      const logs = await logsOf(tx, [...new Set(pieces.map(({ leaseId }) => leaseId))]);
      const answers = pieces.map((piece) => take(logs.get(piece.leaseId), piece));
      await writeFresh(
        tx,
        [...logs.values()].filter(({ fresh }) => fresh.length > 0),
      );
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
    await inTransaction(this.db, async (tx) => {
      await tx.updateTable("leases").set({ log_blob: blob }).where("id", "=", leaseId).execute();
      await tx.deleteFrom("log_chunks").where("lease_id", "=", leaseId).execute();
    });
  }
}

/** The log of a lease in a commit: what is there, and what is added. */
interface Log {
  lease: Selectable<LeaseRow>;
  build: Selectable<BuildRow>;
  fresh: Buffer[];
  /** With what is added. */
  length: number;
}

const MOST_IN_A_STATEMENT = 500;

async function logsOf(tx: Transaction<Tables>, leaseIds: readonly string[]): Promise<Map<string, Log>> {
  const logs = new Map<string, Log>();
  for (let at = 0; at < leaseIds.length; at += MOST_IN_A_STATEMENT) {
    const ids = leaseIds.slice(at, at + MOST_IN_A_STATEMENT);
    const leases = await tx.selectFrom("leases").selectAll().where("id", "in", ids).execute();
    const buildIds = [0, ...leases.map((lease) => lease.build_id)];
    const builds = await tx.selectFrom("builds").selectAll().where("id", "in", buildIds).execute();
    for (const lease of leases) {
      const build = builds.find(({ id }) => id === lease.build_id);
      if (build) logs.set(lease.id, { lease, build, fresh: [], length: lease.log_length });
    }
  }
  return logs;
}

function take(log: Log | undefined, piece: Piece): Appended {
  if (!log) return { ok: false, stale: "the controller doesn't know this lease" };
  const stale = staleReason(log.build, log.lease, piece.fence);
  if (stale) return { ok: false, stale };
  if (piece.offset > log.length) return { ok: false, gap: log.length };
  const fresh = piece.data.subarray(log.length - piece.offset);
  if (fresh.length > 0) log.fresh.push(fresh);
  log.length += fresh.length;
  return { ok: true, committed: log.length, buildId: log.lease.build_id };
}

/** What came together of a log lies together. */
async function writeFresh(tx: Transaction<Tables>, logs: readonly Log[]): Promise<void> {
  for (const { lease, fresh, length } of logs) {
    const row = { lease_id: lease.id, start: lease.log_length, data: Buffer.concat(fresh) };
    await tx.insertInto("log_chunks").values(row).execute();
    await tx.updateTable("leases").set({ log_length: length }).where("id", "=", lease.id).execute();
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
