import type { Kysely, Selectable } from "kysely";
import { newId } from "../../base/ids.ts";
import type { StoredHold } from "../agents/holds.ts";
import { record } from "./audit-store.ts";
import type { AgentRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type AgentHello = Pick<AgentRow, "name" | "machine_id" | "version" | "slots" | "capability" | "disk_free">;

/** The agents that ever connected, with what they last said. */
export class AgentStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Begins a new epoch of the agent of that name, which voids its older sessions. One that is new gets `newAgentId`. */
  openSession(hello: AgentHello, now: number, newAgentId = newId("g")): Promise<Selectable<AgentRow>> {
    return inTransaction(this.db, async (tx) => {
      const old = await tx.selectFrom("agents").selectAll().where("name", "=", hello.name).executeTakeFirst();
      const row = {
        ...hello,
        id: old?.id ?? newAgentId,
        session_id: newId("s"),
        session_epoch: (old?.session_epoch ?? 0) + 1,
        state: "ready",
        reasons: "[]",
        last_contact_at: now,
        hold: old?.hold ?? null,
      };
      if (old) await tx.updateTable("agents").set(row).where("id", "=", old.id).execute();
      else await tx.insertInto("agents").values(row).execute();
      return row;
    });
  }

  find(id: string): Promise<Selectable<AgentRow> | undefined> {
    return this.db.selectFrom("agents").selectAll().where("id", "=", id).executeTakeFirst();
  }

  findBySession(sessionId: string): Promise<Selectable<AgentRow> | undefined> {
    return this.db.selectFrom("agents").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
  }

  findByName(name: string): Promise<Selectable<AgentRow> | undefined> {
    return this.db.selectFrom("agents").selectAll().where("name", "=", name).executeTakeFirst();
  }

  /**
   * Keeps the agent from new builds, or (undefined) no longer. Once it resolves the decision holds: claims look at it in the
   * transaction that grants.
   */
  async setHold(
    { id, name }: Pick<Selectable<AgentRow>, "id" | "name">,
    hold: StoredHold | undefined,
    author: { actor: string; at: number },
  ): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const before = await tx.selectFrom("agents").select("hold").where("id", "=", id).executeTakeFirst();
      if (!hold && !before?.hold) return;
      const text = hold ? JSON.stringify(hold) : null;
      await tx.updateTable("agents").set({ hold: text }).where("id", "=", id).execute();
      const how = hold && { pause: "paused", drain: "draining" }[hold.kind];
      const detail = how ? [how, hold.reason].filter((part) => part !== "").join(": ") : "resumed";
      await record(tx, { ...author, action: "written", kind: "agent", name, detail });
    });
  }

  async update(id: string, change: Partial<Omit<AgentRow, "id" | "name" | "hold">>): Promise<void> {
    await this.db.updateTable("agents").set(change).where("id", "=", id).execute();
  }

  /** When each agent was last in contact with any controller, in milliseconds since 1970. */
  contacts(): Promise<{ id: string; at: number }[]> {
    return this.db.selectFrom("agents").select(["id", "last_contact_at as at"]).execute();
  }

  list(): Promise<Selectable<AgentRow>[]> {
    return this.db.selectFrom("agents").selectAll().orderBy("name").execute();
  }
}
