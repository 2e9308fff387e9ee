import type { Selectable } from "kysely";
import { grouped } from "../../base/grouped.ts";
import type { Agent } from "../../protocol/api.ts";
import type { AgentFit } from "../../protocol/queue-api.ts";
import { holdInWords } from "../agents/holds.ts";
import { maintenanceInWords, maintenanceNow } from "../agents/maintenance.ts";
import { shownState } from "../agents/shown-state.ts";
import { type Need, whyNot } from "../agents/target-platforms.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";

/** Of each agent, whether it has what a build needs, and what keeps it from taking the build now. */
export async function agentFits(services: Services, need: Need): Promise<AgentFit[]> {
  const { agents, leases } = services.store;
  const live = grouped(await leases.heldBuilds(), (build) => build.agent_id);
  const maintenanceOf = await maintenanceNow(services);
  return (await agents.list()).map((agent) => {
    const held = live.get(agent.id)?.length ?? 0;
    return fitOf(agent, need, shownState(services, agent, held, maintenanceOf(agent.id)));
  });
}

function fitOf(
  agent: Selectable<AgentRow>,
  need: Need,
  shown: Pick<Agent, "state" | "hold" | "maintenance">,
): AgentFit {
  const about = { agent: agent.name, ...shown };
  const unfit = whyNot(agent, need);
  if (unfit) return { ...about, fits: false, ...unfit };
  if (shown.state === "ready") return { ...about, fits: true, reason: "" };
  return { ...about, fits: true, because: shown.state, reason: whyNotNow(shown) };
}

/** Of what keeps it, an operator's hold goes first: it has no end. */
function whyNotNow({ state, hold, maintenance }: Pick<Agent, "state" | "hold" | "maintenance">): string {
  const kept = hold ? holdInWords(hold) : maintenance ? maintenanceInWords(maintenance) : undefined;
  if (kept === undefined) return `is ${state}`;
  return `is ${state === "offline" ? "offline, and " : ""}${kept}`;
}
