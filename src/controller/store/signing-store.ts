import type { Kysely, Transaction } from "kysely";
import { statesOf } from "../queue/states.ts";
import { type Happening, record } from "./audit-store.ts";
import type { RowSignatures } from "./row-signatures.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** Of builds that have ended, those that people may still want to try again. */
const MOST_ENDED = 5_000;
const ENDED = [...statesOf("success"), ...statesOf("failed"), ...statesOf("canceled")];

/** Signs what is in the store already: what older releases wrote, and what an operator looked through. */
export class SigningStore {
  private readonly db: Kysely<Tables>;
  private readonly signatures: RowSignatures;

  constructor(db: Kysely<Tables>, signatures: RowSignatures) {
    this.db = db;
    this.signatures = signatures;
  }

  /** Whether any row is signed: then the key that did it is missed when it isn't there. */
  async holdsSignatures(): Promise<boolean> {
    const row = await this.db.selectFrom("apps").select("id").where("signature", "is not", null).executeTakeFirst();
    return row !== undefined;
  }

  /** Whether there is anything that decides what is run. */
  async holdsApps(): Promise<boolean> {
    return (await this.db.selectFrom("apps").select("id").limit(1).executeTakeFirst()) !== undefined;
  }

  /** Signs all settings and pushes, the builds that have not ended and the newest that have, as they are now. */
  async signAll(happening: Happening | undefined): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      for (const row of await tx.selectFrom("apps").selectAll().execute()) {
        const signature = this.signatures.of("app", row);
        await tx.updateTable("apps").set({ signature }).where("id", "=", row.id).execute();
      }
      for (const row of await tx.selectFrom("automations").selectAll().execute()) {
        const signature = this.signatures.of("automation", row);
        await tx.updateTable("automations").set({ signature }).where("id", "=", row.id).execute();
      }
      await this.signSettings(tx);
      await this.signBuilds(tx);
      if (happening) await record(tx, happening);
    });
  }

  private async signSettings(tx: Transaction<Tables>): Promise<void> {
    for (const row of await tx.selectFrom("settings").selectAll().execute()) {
      const of = tx.updateTable("settings").set({ signature: this.signatures.of("setting", row) });
      const { account_id, kind, name } = row;
      await of.where("account_id", "=", account_id).where("kind", "=", kind).where("name", "=", name).execute();
    }
    for (const row of await tx.selectFrom("pushes").selectAll().where("outcome", "=", "").execute()) {
      const signature = this.signatures.of("push", row);
      await tx.updateTable("pushes").set({ signature }).where("id", "=", row.id).execute();
    }
  }

  private async signBuilds(tx: Transaction<Tables>): Promise<void> {
    const live = await tx.selectFrom("builds").selectAll().where("state", "not in", ENDED).execute();
    const ended = tx.selectFrom("builds").selectAll().where("state", "in", ENDED).orderBy("id", "desc");
    for (const row of [...live, ...(await ended.limit(MOST_ENDED).execute())]) {
      const commit = row.commit_sha === null ? null : this.signatures.of("commit", row);
      const signed = { signature: this.signatures.of("build", row), commit_signature: commit };
      await tx.updateTable("builds").set(signed).where("id", "=", row.id).execute();
    }
  }
}
