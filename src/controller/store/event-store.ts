import type { Transaction } from "kysely";
import type { JobEvent } from "../../protocol/job-folder/events.ts";
import type { RowSignatures } from "./row-signatures.ts";
import type { Tables } from "./tables.ts";

/** The events of steps, as an attempt reports them. */
export class EventStore {
  private readonly signatures: RowSignatures;

  constructor(signatures: RowSignatures) {
    this.signatures = signatures;
  }

  /**
   * Records events inside the caller's transaction. Those that are there already are skipped, and what comes behind a gap
   * is left for the next time. Answers the last seq that is recorded without a gap.
   */
  async record(
    tx: Transaction<Tables>,
    leaseId: string,
    buildId: number,
    events: readonly JobEvent[],
  ): Promise<number> {
    const lease = await tx.selectFrom("leases").select("event_seq").where("id", "=", leaseId).executeTakeFirstOrThrow();
    let last = lease.event_seq;
    for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
      if (event.seq !== last + 1) continue;
      const { seq, atMs, kind, step, title, outcome, detail } = event;
      const row = { lease_id: leaseId, seq, build_id: buildId, at: atMs, kind, step, title, outcome, detail };
      await tx.insertInto("events").values(row).execute();
      if (kind === "commit") {
        const [note = ""] = title.split("\n", 1);
        const signed = { commit_signature: this.signatures.of("commit", { id: buildId, commit_sha: detail }) };
        const known = { commit_sha: detail, ...signed, ...(note === "" ? {} : { commit_note: note }) };
        await tx.updateTable("builds").set(known).where("id", "=", buildId).execute();
      }
      last = seq;
    }
    await tx.updateTable("leases").set({ event_seq: last }).where("id", "=", leaseId).execute();
    return last;
  }
}
