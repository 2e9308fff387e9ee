import type { Kysely, Selectable } from "kysely";
import { newId } from "../../base/ids.ts";
import type { StoredHold } from "../agents/holds.ts";
import { record } from "./audit-store.ts";
import { isPostgres } from "./dialect.ts";
import { KnownAgents } from "./known-agents.ts";
import type { AgentRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type AgentHello = Pick<AgentRow, "name" | "machine_id" | "version" | "slots" | "capability" | "disk_free">;

/**
 * The agents that ever connected, with what they last said. In SQLite nobody else writes them: then they are looked up in
 * memory.
 */
export class AgentStore {
  private readonly db: Kysely<Tables>;
  private loading: Promise<KnownAgents> | undefined;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Begins a new epoch of the agent of that name, which voids its older sessions. One that is new gets `newAgentId`. */
  async openSession(hello: AgentHello, now: number, newAgentId = newId("g")): Promise<Selectable<AgentRow>> {
    const opened = await inTransaction(this.db, async (tx) => {
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
    (await this.known())?.put(opened);
    return opened;
  }

  async find(id: string): Promise<Selectable<AgentRow> | undefined> {
    const known = await this.known();
    if (known) return known.find(id);
    return this.db.selectFrom("agents").selectAll().where("id", "=", id).executeTakeFirst();
  }

  async findBySession(sessionId: string): Promise<Selectable<AgentRow> | undefined> {
    const known = await this.known();
    if (known) return known.ofSession(sessionId);
    return this.db.selectFrom("agents").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
  }

  async findByName(name: string): Promise<Selectable<AgentRow> | undefined> {
    const known = await this.known();
    if (known) return known.ofName(name);
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
    const text = hold ? JSON.stringify(hold) : null;
    await inTransaction(this.db, async (tx) => {
      const before = await tx.selectFrom("agents").select("hold").where("id", "=", id).executeTakeFirst();
      if (!hold && !before?.hold) return;
      await tx.updateTable("agents").set({ hold: text }).where("id", "=", id).execute();
      const how = hold && { pause: "paused", drain: "draining" }[hold.kind];
      const detail = how ? [how, hold.reason].filter((part) => part !== "").join(": ") : "resumed";
      await record(tx, { ...author, action: "written", kind: "agent", name, detail });
    });
    (await this.known())?.change(id, { hold: text });
  }

  async update(id: string, change: Partial<Omit<AgentRow, "id" | "name" | "hold">>): Promise<void> {
    await this.db.updateTable("agents").set(change).where("id", "=", id).execute();
    (await this.known())?.change(id, change);
  }

  /** When each agent was last in contact with any controller, in milliseconds since 1970. */
  contacts(): Promise<{ id: string; at: number }[]> {
    return this.db.selectFrom("agents").select(["id", "last_contact_at as at"]).execute();
  }

  async list(): Promise<Selectable<AgentRow>[]> {
    return (await this.known())?.all() ?? this.read();
  }

  /** All agents, or fewer: one at least of those that say the same of what they can build. */
  async oneOfEachKind(): Promise<Selectable<AgentRow>[]> {
    return (await this.known())?.oneOfEachKind() ?? this.read();
  }

  /** Undefined where other controllers write agents too. */
  private known(): Promise<KnownAgents> | undefined {
    if (isPostgres(this.db)) return undefined;
    this.loading ??= this.load();
    return this.loading;
  }

  private async load(): Promise<KnownAgents> {
    try {
      return new KnownAgents(await this.read());
    } catch (error) {
      this.loading = undefined; // the next one tries again
      throw error;
    }
  }

  private read(): Promise<Selectable<AgentRow>[]> {
    return this.db.selectFrom("agents").selectAll().orderBy("name").execute();
  }
}
