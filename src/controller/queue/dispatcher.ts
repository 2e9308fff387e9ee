import type { Selectable } from "kysely";
import { fulfils } from "../../protocol/target-platform.ts";
import { platformsOf } from "../agents/capability.ts";
import { targetOffer } from "../agents/target-platforms.ts";
import type { Services } from "../services.ts";
import type { Granted } from "../store/lease-store.ts";
import type { AgentRow } from "../store/tables.ts";

/** Brings builds and agents together: wakes agents when the queue grew, and offers them what fits when they ask. */
export class Dispatcher {
  private readonly services: Services;
  /** Agents that had room when they last asked; those that have none are not woken for nothing. */
  private readonly withRoom = new Set<string>();
  private readonly stopListening: () => void;

  constructor(services: Services) {
    this.services = services;
    this.stopListening = services.changes.onQueue(() => this.wakeIdle());
  }

  /** Offers builds to an agent that has `freeSlots`. */
  async offersFor(agent: Selectable<AgentRow>, freeSlots: number): Promise<Granted[]> {
    if (freeSlots > 0) this.withRoom.add(agent.id);
    const offer = targetOffer(agent);
    const granted = await this.services.store.leases.claim({
      agentId: agent.id,
      sessionEpoch: agent.session_epoch,
      slots: agent.slots,
      freeSlots,
      platforms: platformsOf(agent),
      fulfils: (target) => fulfils(offer, target),
    });
    if (granted.length >= freeSlots) this.withRoom.delete(agent.id);
    for (const each of granted) this.services.changes.buildChanged(each.buildId);
    return granted;
  }

  close(): void {
    this.stopListening();
  }

  private wakeIdle(): void {
    for (const agentId of this.services.watchers.agentIds()) {
      if (this.withRoom.has(agentId)) this.services.watchers.syncNow(agentId);
    }
  }
}
