import type { Selectable } from "kysely";
import type { Agent } from "../../protocol/api.ts";
import type { Maintenance } from "../../protocol/maintenance-api.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";
import { holdOf } from "./holds.ts";

/** When it was last heard, in milliseconds since 1970: the store learns of it later, or by another controller. */
export function lastContactOf(
  { presence, clock }: Pick<Services, "presence" | "clock">,
  { id, last_contact_at: stored }: Pick<Selectable<AgentRow>, "id" | "last_contact_at">,
): number {
  return presence.wasHeard(id) ? Math.max(stored, Math.round(clock.now() - presence.silence(id))) : stored;
}

/**
 * How an agent that holds so many leases is, as people are told. Silent ones are offline, whatever was said last. What an
 * operator decided goes before what the agent says of itself, a hold before the window that is open (`maintenanceNow`); a
 * drained one stays `draining`, and its hold is done.
 */
export function shownState(
  { presence, timing }: Pick<Services, "presence" | "timing">,
  agent: Pick<Selectable<AgentRow>, "id" | "state" | "slots" | "hold">,
  leases: number,
  maintenance: Maintenance | undefined,
): Pick<Agent, "state" | "hold" | "maintenance"> {
  const hold = holdOf(agent, leases);
  const held = { ...(hold ? { hold } : {}), ...(maintenance ? { maintenance } : {}) };
  const silent = !presence.wasHeard(agent.id) || presence.silence(agent.id) > timing.suspectMs;
  if (agent.state === "offline" || silent) return { state: "offline", ...held };
  if (hold) return { state: hold.kind === "pause" ? "paused" : "draining", ...held };
  if (maintenance) return { state: "maintenance", maintenance };
  if (agent.state === "draining" || agent.state === "unhealthy") return { state: agent.state };
  return { state: leases >= agent.slots ? "busy" : "ready" };
}
