import type { Selectable } from "kysely";
import type { Hold } from "../../protocol/page-api.ts";
import type { AgentRow } from "../store/tables.ts";

/** As it is stored: whether an agent is drained is seen from its leases. */
export type StoredHold = Omit<Hold, "done">;

/** Why an operator keeps the agent from new builds; undefined when nobody does. */
export function holdOf(agent: Pick<Selectable<AgentRow>, "hold">, liveLeases: number): Hold | undefined {
  if (agent.hold === null) return undefined;
  const hold = JSON.parse(agent.hold) as StoredHold;
  return { ...hold, done: hold.kind === "drain" && liveLeases === 0 };
}

/** `paused by ops@example.com: Xcode update`; says nothing of a reason that wasn't given. */
export function holdInWords({ kind, done, by, reason }: Hold): string {
  const how = kind === "pause" ? "paused" : done ? "drained" : "being drained";
  return `${how} by ${by}${reason === "" ? "" : `: ${reason.replace(/[.\s]+$/, "")}`}`;
}
