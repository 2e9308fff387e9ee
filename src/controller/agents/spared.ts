import { fits, type IdleAgent, type IdleAgents, isEasierToSpare } from "./idle-agents.ts";
import type { Need } from "./target-platforms.ts";

/** The slots of some agents that can do the same, taken one by one: agents are looked at only when theirs are wanted. */
interface Slots {
  one: IdleAgent;
  agents: Iterator<IdleAgent>;
  /** Of the agent that was looked at last. */
  left: number;
}

/**
 * The free slots of agents that are easier to spare than the one that asks, for one look through the queue: whoever has
 * thousands of them beside it reads none of their rows for a build that it may have.
 */
export class Spared {
  private readonly slots: Slots[];

  /** `elsewhere` are agents that are not known here; those of `idle` count when they can be woken. */
  constructor(
    asking: IdleAgent,
    idle: IdleAgents,
    canBeWoken: (agentId: string) => boolean,
    elsewhere: readonly IdleAgent[],
  ) {
    const here = idle.kinds().map(([kind, one]) => ({ one, agents: awake(idle.ofKind(kind), canBeWoken), left: 0 }));
    const others = elsewhere.map((one) => ({ one, agents: [one].values(), left: 0 }));
    this.slots = [...here, ...others].filter(({ one }) => isEasierToSpare(one, asking));
  }

  /** Whether one of them has a slot for what a build needs, which is then taken. */
  take(need: Need): boolean {
    return this.slots.some((slots) => fits(slots.one, need) && takeOne(slots));
  }
}

function takeOne(slots: Slots): boolean {
  while (slots.left <= 0) {
    const { value, done } = slots.agents.next();
    if (done) return false;
    slots.left = value.free;
  }
  slots.left -= 1;
  return true;
}

function* awake(agents: Iterable<IdleAgent>, canBeWoken: (agentId: string) => boolean): Generator<IdleAgent, void> {
  for (const agent of agents) if (canBeWoken(agent.id)) yield agent;
}
