import type { Selectable } from "kysely";
import type { AgentRow } from "./tables.ts";

type Row = Selectable<AgentRow>;

/** Agents that can build the same. */
interface Kind {
  text: string;
  ids: Set<string>;
}

/**
 * All agents, as the store has them, in the memory of a controller that is alone on its store: thousands of them are looked
 * up at each heartbeat and at each request. Rows are replaced, never changed.
 */
export class KnownAgents {
  private readonly rows = new Map<string, Row>();
  private readonly sessions = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly kinds = new Map<string, Kind>();
  private readonly kindOf = new Map<string, Kind>();

  constructor(rows: readonly Row[]) {
    for (const row of rows) this.put(row);
  }

  find(id: string): Row | undefined {
    return this.rows.get(id);
  }

  ofSession(sessionId: string): Row | undefined {
    return this.rows.get(this.sessions.get(sessionId) ?? "");
  }

  ofName(name: string): Row | undefined {
    return this.rows.get(this.names.get(name) ?? "");
  }

  all(): Row[] {
    return [...this.rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** One of each kind. */
  oneOfEachKind(): Row[] {
    return [...this.kinds.values()].flatMap(({ ids }) => {
      const [first] = ids;
      return this.rows.get(first ?? "") ?? [];
    });
  }

  put(row: Row): void {
    const old = this.rows.get(row.id);
    this.rows.set(row.id, row);
    if (old?.session_id !== row.session_id) {
      if (old) this.sessions.delete(old.session_id);
      this.sessions.set(row.session_id, row.id);
    }
    this.names.set(row.name, row.id);
    if (old?.capability !== row.capability) this.sort(row);
  }

  /** What was changed in the store. */
  change(id: string, change: Partial<Row>): void {
    const row = this.rows.get(id);
    if (row) this.put({ ...row, ...change });
  }

  private sort({ id, capability }: Row): void {
    const { diskFreeBytes: _, ...can } = JSON.parse(capability) as Record<string, unknown>;
    const text = JSON.stringify(can);
    const old = this.kindOf.get(id);
    if (old?.text === text) return;
    old?.ids.delete(id);
    if (old?.ids.size === 0) this.kinds.delete(old.text);
    const kind = this.kinds.get(text) ?? { text, ids: new Set() };
    kind.ids.add(id);
    this.kinds.set(text, kind);
    this.kindOf.set(id, kind);
  }
}
