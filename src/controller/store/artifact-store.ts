import type { Kysely, Selectable, Transaction } from "kysely";
import { newId } from "../../base/ids.ts";
import type { Clock } from "../../base/time/clock.ts";
import { fenceHolds } from "./fence.ts";
import type { ArtifactRow, Tables } from "./tables.ts";
import { aboutToRefer, inTransaction } from "./transaction.ts";

/** The lease under which an artifact is written. */
export interface Holder {
  leaseId: string;
  fence: number;
}

export type ArtifactDeclaration = Pick<
  ArtifactRow,
  "build_id" | "lease_id" | "name" | "kind" | "size" | "sha256" | "metadata"
>;

/**
 * Artifacts: declared by an attempt, filled part by part, stored, and shown once the build has ended well or badly. Each
 * write checks the fence of its lease in the same transaction and throws STALE_LEASE when it no longer holds.
 */
export class ArtifactStore {
  private readonly db: Kysely<Tables>;
  private readonly clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.db = db;
    this.clock = clock;
  }

  /** The attempt's artifact of that name; declared now if it wasn't. A changed size or hash declares it anew. */
  declare(holder: Holder, declaration: ArtifactDeclaration): Promise<Selectable<ArtifactRow>> {
    return this.guarded(holder, async (tx) => {
      await aboutToRefer(tx, declaration.sha256);
      const existing = await tx
        .selectFrom("artifacts")
        .selectAll()
        .where("lease_id", "=", declaration.lease_id)
        .where("name", "=", declaration.name)
        .executeTakeFirst();
      if (existing && existing.sha256 === declaration.sha256 && existing.size === declaration.size) return existing;
      if (existing) {
        await tx.deleteFrom("artifact_parts").where("artifact_id", "=", existing.id).execute();
        await tx.deleteFrom("artifacts").where("id", "=", existing.id).execute();
      }
      const row = { id: newId("f"), ...declaration, stored: 0, declared_at: this.clock.now(), stored_at: null };
      await tx.insertInto("artifacts").values(row).execute();
      return row;
    });
  }

  find(id: string): Promise<Selectable<ArtifactRow> | undefined> {
    return this.db.selectFrom("artifacts").selectAll().where("id", "=", id).executeTakeFirst();
  }

  /** Whether a file of that content was stored for the same app before. */
  async isKnown(sha256: string, appId: string): Promise<boolean> {
    const row = await this.db
      .selectFrom("artifacts")
      .innerJoin("builds", "builds.id", "artifacts.build_id")
      .select("artifacts.id")
      .where("artifacts.sha256", "=", sha256)
      .where("artifacts.stored", "=", 1)
      .where("builds.app_id", "=", appId)
      .where("builds.artifacts_removed_at", "is", null)
      .executeTakeFirst();
    return row !== undefined;
  }

  async parts(id: string): Promise<number[]> {
    const rows = await this.db.selectFrom("artifact_parts").select("number").where("artifact_id", "=", id).execute();
    return rows.map((row) => row.number);
  }

  async partDone(holder: Holder, id: string, number: number): Promise<void> {
    await this.guarded(holder, (tx) =>
      tx
        .insertInto("artifact_parts")
        .values({ artifact_id: id, number })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  /** All parts again: the file didn't have the hash that was declared. */
  async forgetParts(id: string): Promise<void> {
    await this.db.deleteFrom("artifact_parts").where("artifact_id", "=", id).execute();
  }

  async markStored(holder: Holder, id: string): Promise<void> {
    const stored = { stored: 1, stored_at: this.clock.now() };
    await this.guarded(holder, (tx) => tx.updateTable("artifacts").set(stored).where("id", "=", id).execute());
  }

  /** The stored artifacts of one attempt. */
  ofLease(leaseId: string): Promise<Selectable<ArtifactRow>[]> {
    return this.db
      .selectFrom("artifacts")
      .selectAll()
      .where("lease_id", "=", leaseId)
      .where("stored", "=", 1)
      .orderBy("name")
      .execute();
  }

  private guarded<T>(holder: Holder, write: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return inTransaction(this.db, async (tx) => {
      await fenceHolds(tx, holder.leaseId, holder.fence);
      return write(tx);
    });
  }
}
