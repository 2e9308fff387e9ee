import type { Selectable } from "kysely";
import { meets } from "../../protocol/requirement.ts";
import { Arrivals } from "../agents/arrivals.ts";
import { IdleAgents, isWorthSparing } from "../agents/idle-agents.ts";
import { idleElsewhere, isWokenElsewhere } from "../agents/idle-elsewhere.ts";
import { Spared } from "../agents/spared.ts";
import { needOf } from "../agents/target-platforms.ts";
import type { QueueNeed } from "../live/changes.ts";
import type { Services } from "../services.ts";
import type { Granted } from "../store/lease-store.ts";
import type { AgentRow } from "../store/tables.ts";
import { BetterFit } from "./better-fit.ts";
import { OpenOffers } from "./open-offers.ts";
import { Waking } from "./waking.ts";

/** Brings builds and agents together: wakes agents when the queue grew, and offers them what fits when they ask. */
export class Dispatcher {
  private readonly services: Services;
  /** Agents that have no room are not woken for nothing. */
  private readonly idle: IdleAgents;
  private readonly betterFit: BetterFit;
  private readonly waking: Waking;
  private readonly offers: OpenOffers;
  private readonly arrivals: Arrivals;
  private readonly stops: (() => void)[];
  private changed = 0;

  constructor(services: Services) {
    const { clock, timing, changes } = services;
    this.services = services;
    this.idle = new IdleAgents();
    this.arrivals = new Arrivals(clock);
    this.offers = new OpenOffers(
      clock,
      timing.offerMs,
      () => this.arrivals.isHerd(),
      () => this.queueGrew(),
    );
    this.betterFit = new BetterFit(clock, timing.betterFitMs, () => this.queueGrew());
    this.waking = new Waking(
      this.idle,
      (agentId) => this.wake(agentId),
      () => clock.monotonic(),
    );
    this.stops = [
      changes.onQueue((need) => this.queueGrew(need)),
      changes.onAgentHeld((agentId) => this.idle.forget(agentId)),
    ];
  }

  /** Offers builds to an agent that has `freeSlots`. */
  async offersFor(agent: Selectable<AgentRow>, freeSlots: number): Promise<Granted[]> {
    const asking = this.idle.heard(agent, freeSlots);
    const wasWoken = this.waking.asks(agent.id, asking.kind);
    const room = this.offers.room();
    if (room <= 0) return [];
    const elsewhere = isWorthSparing(asking) ? await idleElsewhere(this.services, (id) => this.idle.knows(id)) : [];
    const granted = await this.services.store.leases.claim({
      agentId: agent.id,
      sessionEpoch: agent.session_epoch,
      slots: agent.slots,
      freeSlots: Math.min(freeSlots, room),
      platforms: asking.platforms,
      meets: (requirement) => meets(asking.offer, requirement),
      leaves: () => {
        const better = new Spared(asking, this.idle, (agentId) => this.canBeWoken(agentId), elsewhere);
        return (build) => this.betterFit.leaves(better, build);
      },
      whenHeld: () => this.idle.forget(agent.id), // the row in hand may be older than the hold
    });
    const couldTake = this.idle.knows(agent.id);
    this.idle.gave(agent.id, granted.length);
    if (granted.length > 0) this.waking.gave(asking);
    else if (couldTake) this.waking.gaveNothing(asking);
    else if (wasWoken) this.waking.another(asking);
    for (const { leaseId, buildId, accountId } of granted) {
      this.offers.made(leaseId);
      this.betterFit.given(buildId);
      this.services.changes.buildChanged(buildId);
      this.services.changes.accountChanged(accountId);
    }
    return granted.map(({ accountId: _, ...offer }) => offer);
  }

  /** An agent has opened a session. */
  arrived(): void {
    this.arrivals.arrived();
  }

  /** An agent has answered an offer. */
  answered(leaseId: string): void {
    this.offers.answered(leaseId);
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.betterFit.close();
    this.offers.close();
    this.waking.close();
  }

  /** Another number whenever there may be something in the queue that was not there before. */
  get version(): number {
    return this.changed;
  }

  /** Whether an idle agent that looked at the queue of that version need not look again at what came since: others do. */
  hasNothingFor(agentId: string, version: number): boolean {
    return version === this.changed || this.waking.leavesInPeace(agentId);
  }

  /** Whether the agent has asked, and waits for more than it got. */
  isIdle(agentId: string): boolean {
    return this.idle.knows(agentId);
  }

  private queueGrew(need?: QueueNeed): void {
    this.changed += 1;
    this.waking.queueGrew(need && needOf(need));
  }

  /** Behind a load balancer an agent may watch one controller and ask another for work. */
  private wake(agentId: string): boolean {
    const { watchers, replicas, presence, timing } = this.services;
    if (watchers.syncNowHere(agentId)) return true;
    if (!replicas.shared || !presence.isHeardWithin(agentId, timing.suspectMs)) return false;
    watchers.syncNow(agentId); // also when nobody told who has its stream
    return true;
  }

  private canBeWoken(agentId: string): boolean {
    return this.services.watchers.isHere(agentId) || isWokenElsewhere(this.services, agentId);
  }
}
