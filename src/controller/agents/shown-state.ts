import type { Selectable } from "kysely";
import type { Agent } from "../../protocol/api.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";

/** How an agent is, as people are told: silent ones are offline, whatever they said last. */
export async function shownState(services: Services, agent: Selectable<AgentRow>): Promise<Agent["state"]> {
  const { presence, timing, store } = services;
  const silent = !presence.wasHeard(agent.id) || presence.silence(agent.id) > timing.suspectMs;
  if (agent.state === "offline" || silent) return "offline";
  if (agent.state === "draining" || agent.state === "unhealthy") return agent.state;
  const live = await store.leases.live(agent.id);
  return live.length >= agent.slots ? "busy" : "ready";
}
