import type { Kysely, Selectable } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import type { InvitationRow } from "./joining-tables.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = Pick<Happening, "actor" | "at">;
export type Invitation = Selectable<InvitationRow>;

/** Ended invitations are kept so long, that a host can be told why it is refused. */
const KEEP_ENDED_MS = 7 * 86_400_000;

/** Invitations of hosts; their secrets only as hashes. */
export class InvitationStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Keeps an invitation, and forgets those that ended long ago. */
  async create(invitation: Invitation, author: Author): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx
        .deleteFrom("invitations")
        .where("expires_at", "<", author.at - KEEP_ENDED_MS)
        .execute();
      await tx.insertInto("invitations").values(invitation).execute();
      const { uses, expires_at: until, id, name } = invitation;
      const detail = `good for ${uses}, until ${new Date(until).toISOString()}${name === null ? "" : `, for ${name}`}`;
      await record(tx, { ...author, action: "written", kind: "invitation", name: id, detail });
    });
  }

  /** Those that a host can still join with, the newest first. */
  open(now: number): Promise<Invitation[]> {
    return this.db
      .selectFrom("invitations")
      .selectAll()
      .where("expires_at", ">", now)
      .whereRef("used", "<", "uses")
      .orderBy("created_at", "desc")
      .orderBy("id")
      .execute();
  }

  /** Answers false when there is none of that id. */
  remove(id: string, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const { numDeletedRows } = await tx.deleteFrom("invitations").where("id", "=", id).executeTakeFirst();
      if (Number(numDeletedRows) !== 1) return false;
      await record(tx, { ...author, action: "removed", kind: "invitation", name: id, detail: "" });
      return true;
    });
  }
}
