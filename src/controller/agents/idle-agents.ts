import type { Selectable } from "kysely";
import { type HostOffer, isMac, meets } from "../../protocol/requirement.ts";
import type { AgentRow } from "../store/tables.ts";
import { platformsOf } from "./capability.ts";
import { type Need, targetOffer } from "./target-platforms.ts";

/** An agent that had free slots when it last asked. */
export interface IdleAgent {
  id: string;
  free: number;
  platforms: string[];
  offer: HostOffer;
}

/** The agents that wait for work. Only known from what they said last: being wrong costs a moment, never a build. */
export class IdleAgents {
  private readonly agents = new Map<string, IdleAgent>();
  private readonly canBeWoken: (agentId: string) => boolean;

  constructor(canBeWoken: (agentId: string) => boolean) {
    this.canBeWoken = canBeWoken;
  }

  /** What an agent says of itself when it asks for work. */
  heard(agent: Selectable<AgentRow>, free: number): IdleAgent {
    const idle = { id: agent.id, free, platforms: platformsOf(agent), offer: targetOffer(agent) };
    if (free > 0 && agent.hold === null) this.agents.set(agent.id, idle);
    else this.agents.delete(agent.id);
    return idle;
  }

  knows(agentId: string): boolean {
    return this.agents.has(agentId);
  }

  /** It takes nothing any more. */
  forget(agentId: string): void {
    this.agents.delete(agentId);
  }

  /** It was given so many builds. */
  gave(agentId: string, builds: number): void {
    const agent = this.agents.get(agentId);
    if (agent && agent.free > builds) agent.free -= builds;
    else this.agents.delete(agentId);
  }

  /** Those that can be woken, the ones that are easiest to spare first. */
  all(): IdleAgent[] {
    return [...this.agents.values()].filter(({ id }) => this.canBeWoken(id)).sort((a, b) => worth(a) - worth(b));
  }

  /** Those that other builds need less than this one; `elsewhere` are others that are not known here. */
  sparedBefore(agent: IdleAgent, elsewhere: readonly IdleAgent[]): IdleAgent[] {
    return [...this.all(), ...elsewhere].filter((each) => worth(each) < worth(agent));
  }
}

export function fits(agent: IdleAgent, { platform, requirement }: Need): boolean {
  return agent.platforms.includes(platform) && meets(agent.offer, requirement);
}

/** Whether others may suit a build better, which this agent could take too. */
export function isWorthSparing(agent: IdleAgent): boolean {
  return worth(agent) > 0;
}

/** How much a host is needed for what others can't do: a Mac also builds what any host builds, and nothing replaces it. */
function worth(agent: IdleAgent): number {
  return isMac(agent.offer) ? 1 : 0;
}
