import type { Selectable } from "kysely";
import type { Agent } from "../../protocol/api.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";
import { holdOf } from "./holds.ts";

/**
 * How an agent that holds so many leases is, as people are told. Silent ones are offline, whatever was said last. What an
 * operator decided goes before what the agent says of itself; a drained one stays `draining`, and its hold is done.
 */
export function shownState(
  { presence, timing }: Pick<Services, "presence" | "timing">,
  agent: Pick<Selectable<AgentRow>, "id" | "state" | "slots" | "hold">,
  leases: number,
): Pick<Agent, "state" | "hold"> {
  const hold = holdOf(agent, leases);
  const held = hold ? { hold } : {};
  const silent = !presence.wasHeard(agent.id) || presence.silence(agent.id) > timing.suspectMs;
  if (agent.state === "offline" || silent) return { state: "offline", ...held };
  if (hold) return { state: hold.kind === "pause" ? "paused" : "draining", hold };
  if (agent.state === "draining" || agent.state === "unhealthy") return { state: agent.state };
  return { state: leases >= agent.slots ? "busy" : "ready" };
}
