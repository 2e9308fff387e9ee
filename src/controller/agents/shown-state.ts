import type { Selectable } from "kysely";
import type { Agent } from "../../protocol/api.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";

/** How an agent is, as people are told: silent ones are offline, whatever they said last. */
export async function shownState(services: Services, agent: Selectable<AgentRow>): Promise<Agent["state"]> {
  const live = await services.store.leases.live(agent.id);
  return stateOf(services, agent, live.length);
}

/** The same for whoever knows how many leases the agent holds. */
export function stateOf(
  { presence, timing }: Pick<Services, "presence" | "timing">,
  agent: Pick<Selectable<AgentRow>, "id" | "state" | "slots">,
  leases: number,
): Agent["state"] {
  const silent = !presence.wasHeard(agent.id) || presence.silence(agent.id) > timing.suspectMs;
  if (agent.state === "offline" || silent) return "offline";
  if (agent.state === "draining" || agent.state === "unhealthy") return agent.state;
  return leases >= agent.slots ? "busy" : "ready";
}
