import type { Kysely, Selectable } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import type { QueueOrder } from "./queue-order.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** A time in which agents take no new builds. Either `weekly` is set, or both moments are. */
export interface MaintenanceRow {
  id: string;
  /** Null: all agents. */
  agent_id: string | null;
  weekly: string | null;
  starts_at: number | null;
  ends_at: number | null;
  time_zone: string;
  reason: string;
  created_by: string;
  created_at: number;
}

export type StoredWindow = Selectable<MaintenanceRow>;
type Author = Pick<Happening, "actor" | "at">;

/** The maintenance windows. There are few: they are read whole. */
export class MaintenanceStore {
  private readonly db: Kysely<Tables>;
  private readonly order: QueueOrder;

  constructor(db: Kysely<Tables>, order: QueueOrder) {
    this.db = db;
    this.order = order;
  }

  /** Those that aren't over, the oldest first. */
  list(now: number): Promise<StoredWindow[]> {
    return this.db
      .selectFrom("maintenance_windows")
      .selectAll()
      .where((e) => e.or([e("ends_at", "is", null), e("ends_at", ">", now)]))
      .orderBy("created_at")
      .orderBy("id")
      .execute();
  }

  /**
   * Keeps a window, and forgets those that are over. Once it resolves it holds: no claim is under way meanwhile, and later
   * ones read it in the transaction that grants.
   */
  async add(window: StoredWindow, told: { name: string; detail: string }, author: Author): Promise<void> {
    await this.order.inTurn(async (tx) => {
      await tx.deleteFrom("maintenance_windows").where("ends_at", "<=", author.at).execute();
      await tx.insertInto("maintenance_windows").values(window).execute();
      await record(tx, { ...author, action: "written", kind: "agent", ...told });
    });
  }

  /** Answers the window that was removed; undefined when there was none. */
  remove(id: string, nameOf: (window: StoredWindow) => string, author: Author): Promise<StoredWindow | undefined> {
    return inTransaction(this.db, async (tx) => {
      const window = await tx.selectFrom("maintenance_windows").selectAll().where("id", "=", id).executeTakeFirst();
      if (!window) return undefined;
      await tx.deleteFrom("maintenance_windows").where("id", "=", id).execute();
      await record(tx, {
        ...author,
        action: "removed",
        kind: "agent",
        name: nameOf(window),
        detail: `maintenance ${id}`,
      });
      return window;
    });
  }
}

/** Those of an agent and of all, also such as are over. */
export function windowsFor(db: Kysely<Tables>, agentId: string): Promise<StoredWindow[]> {
  return db
    .selectFrom("maintenance_windows")
    .selectAll()
    .where((e) => e.or([e("agent_id", "is", null), e("agent_id", "=", agentId)]))
    .execute();
}
