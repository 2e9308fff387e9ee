import type { Selectable } from "kysely";
import { meets } from "../../protocol/requirement.ts";
import { IdleAgents, isWorthSparing } from "../agents/idle-agents.ts";
import { idleElsewhere } from "../agents/idle-elsewhere.ts";
import type { Services } from "../services.ts";
import type { Granted } from "../store/lease-store.ts";
import type { AgentRow } from "../store/tables.ts";
import { BetterFit } from "./better-fit.ts";

/** Brings builds and agents together: wakes agents when the queue grew, and offers them what fits when they ask. */
export class Dispatcher {
  private readonly services: Services;
  /** Agents that have no room are not woken for nothing. */
  private readonly idle: IdleAgents;
  private readonly betterFit: BetterFit;
  private readonly stops: (() => void)[];

  constructor(services: Services) {
    const { clock, timing, changes } = services;
    this.services = services;
    this.idle = new IdleAgents((agentId) => this.canBeWoken(agentId));
    this.betterFit = new BetterFit(clock, timing.betterFitMs, () => this.wakeIdle());
    this.stops = [changes.onQueue(() => this.wakeIdle()), changes.onAgentHeld((agentId) => this.idle.forget(agentId))];
  }

  /** Offers builds to an agent that has `freeSlots`. */
  async offersFor(agent: Selectable<AgentRow>, freeSlots: number): Promise<Granted[]> {
    const asking = this.idle.heard(agent, freeSlots);
    const elsewhere = isWorthSparing(asking) ? await idleElsewhere(this.services, (id) => this.idle.knows(id)) : [];
    const better = this.idle.sparedBefore(asking, elsewhere);
    const granted = await this.services.store.leases.claim({
      agentId: agent.id,
      sessionEpoch: agent.session_epoch,
      slots: agent.slots,
      freeSlots,
      platforms: asking.platforms,
      meets: (requirement) => meets(asking.offer, requirement),
      leaves: () => {
        const spare = new Map(better.map(({ id, free }) => [id, free]));
        return (build) => this.betterFit.leaves(better, spare, build);
      },
      whenHeld: () => this.idle.forget(agent.id), // the row in hand may be older than the hold
    });
    this.idle.gave(agent.id, granted.length);
    for (const { buildId, accountId } of granted) {
      this.betterFit.given(buildId);
      this.services.changes.buildChanged(buildId);
      this.services.changes.accountChanged(accountId);
    }
    return granted.map(({ accountId: _, ...offer }) => offer);
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.betterFit.close();
  }

  private wakeIdle(): void {
    const { watchers } = this.services;
    for (const { id } of this.idle.all()) if (!watchers.syncNowHere(id)) watchers.syncNow(id);
  }

  /** Behind a load balancer an agent may watch one controller and ask another for work. */
  private canBeWoken(agentId: string): boolean {
    const { watchers, replicas, presence, timing } = this.services;
    return watchers.isHere(agentId) || (replicas.shared && presence.isHeardWithin(agentId, timing.suspectMs));
  }
}
