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
  /** The same for agents that can do the same. */
  kind: string;
}

/** The agents that wait for work. Only known from what they said last: being wrong costs a moment, never a build. */
export class IdleAgents {
  private readonly agents = new Map<string, IdleAgent>();
  /** The same agents by kind; of each, who asked last stands last. */
  private readonly byKind = new Map<string, Map<string, IdleAgent>>();

  /** What an agent says of itself when it asks for work. */
  heard(agent: Selectable<AgentRow>, free: number): IdleAgent {
    const can = { platforms: platformsOf(agent), offer: targetOffer(agent) };
    const idle = { id: agent.id, free, ...can, kind: JSON.stringify(can) };
    this.forget(agent.id);
    if (free > 0 && agent.hold === null) this.add(idle);
    return idle;
  }

  get size(): number {
    return this.agents.size;
  }

  /** The kinds that there are, with one agent of each; those that are easiest to spare first. */
  kinds(): [kind: string, one: IdleAgent][] {
    const kinds = [...this.byKind].flatMap(([kind, [first]]): [string, IdleAgent][] =>
      first ? [[kind, first[1]]] : [],
    );
    return kinds.sort(([, a], [, b]) => worth(a) - worth(b));
  }

  /** Those of a kind, first who has asked for nothing longest. It may be changed meanwhile. */
  ofKind(kind: string): Iterable<IdleAgent> {
    return this.byKind.get(kind)?.values() ?? [];
  }

  knows(agentId: string): boolean {
    return this.agents.has(agentId);
  }

  /** It takes nothing any more. */
  forget(agentId: string): void {
    const agent = this.agents.get(agentId);
    if (!agent) return;
    this.agents.delete(agentId);
    const same = this.byKind.get(agent.kind);
    same?.delete(agentId);
    if (same?.size === 0) this.byKind.delete(agent.kind);
  }

  /** It was given so many builds. */
  gave(agentId: string, builds: number): void {
    const agent = this.agents.get(agentId);
    if (agent && agent.free > builds) agent.free -= builds;
    else this.forget(agentId);
  }

  /** The ones that are easiest to spare first. */
  all(): IdleAgent[] {
    return [...this.agents.values()].sort((a, b) => worth(a) - worth(b));
  }

  get(agentId: string): IdleAgent | undefined {
    return this.agents.get(agentId);
  }

  private add(agent: IdleAgent): void {
    this.agents.set(agent.id, agent);
    const same = this.byKind.get(agent.kind) ?? new Map<string, IdleAgent>();
    same.set(agent.id, agent);
    this.byKind.set(agent.kind, same);
  }
}

export function fits(agent: IdleAgent, { platform, requirement }: Need): boolean {
  return agent.platforms.includes(platform) && meets(agent.offer, requirement);
}

/** Whether others may suit a build better, which this agent could take too. */
export function isWorthSparing(agent: IdleAgent): boolean {
  return worth(agent) > 0;
}

/** Whether builds that both can take go to this one first. */
export function isEasierToSpare(agent: IdleAgent, than: IdleAgent): boolean {
  return worth(agent) < worth(than);
}

/** How much a host is needed for what others can't do: a Mac also builds what any host builds, and nothing replaces it. */
function worth(agent: IdleAgent): number {
  return isMac(agent.offer) ? 1 : 0;
}
