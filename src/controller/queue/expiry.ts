import { failureOf } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import type { Services } from "../services.ts";
import type { LiveLease } from "../store/lease-store.ts";
import type { LeaseBook } from "./lease-book.ts";

/** A look that comes later than this after its time: the controller was asleep, starved, or waited for its disk. */
const LATE_MS = 500;

/** Looks from time to time for offers that nobody took and for agents that are gone. Nothing that is in a hurry waits for it. */
export class Expiry {
  private readonly services: Services;
  private readonly leases: LeaseBook;
  private readonly offeredSince = new Map<string, number>();
  private readonly cancelledSince = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private sweeping = false;
  private lastLook: number | undefined;

  constructor(services: Services, leases: LeaseBook) {
    this.services = services;
    this.leases = leases;
  }

  start(): void {
    this.timer = setInterval(() => {
      if (this.sweeping) return; // the store is slow: looks don't queue up
      this.sweeping = true;
      this.running = this.sweep()
        .catch((error: unknown) => {
          this.services.logger.error({ err: error }, "the look for expired leases failed");
        })
        .finally(() => {
          this.sweeping = false;
        });
    }, this.services.timing.sweepMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** What is expired is ended by the controller that leads; what agents told others is heard by all. */
  async sweep(): Promise<void> {
    const { store, replicas, presence, timing } = this.services;
    const contacts = replicas.shared ? await store.agents.contacts() : [];
    const live = replicas.leads() ? await store.leases.liveAndWanted() : [];
    this.forgiveOwnSleep();
    presence.look(contacts, timing.suspectMs);
    for (const lease of live) {
      if (lease.state === "offered" && this.isOld(lease)) await this.lapse(lease);
      else if (lease.state !== "offered" && this.isGone(lease)) await this.lose(lease);
    }
    const ids = new Set(live.map((lease) => lease.id));
    for (const since of [this.offeredSince, this.cancelledSince]) {
      for (const id of since.keys()) if (!ids.has(id)) since.delete(id);
    }
  }

  /** What agents could not say while this process stood still, or its store didn't answer, doesn't count against them. */
  private forgiveOwnSleep(): void {
    const now = this.services.clock.monotonic();
    const lateMs = now - (this.lastLook ?? now) - this.services.timing.sweepMs;
    this.lastLook = now;
    if (lateMs > LATE_MS) this.services.presence.stoodStill(lateMs);
  }

  private isOld({ id }: LiveLease): boolean {
    return this.age(this.offeredSince, id) > this.services.timing.offerMs;
  }

  private async lapse(lease: LiveLease): Promise<void> {
    const ref = { leaseId: lease.id, buildId: lease.build_id, attempt: lease.attempt, fence: lease.fence };
    await this.leases.decline(ref, "the offer was not taken in time");
  }

  private isGone({ id, agent_id: agentId, cancel_requested: cancelling }: LiveLease): boolean {
    const { timing, presence } = this.services;
    const silence = presence.silence(agentId);
    if (silence > timing.lostMs) return true;
    // A cancel isn't left hanging on an agent that doesn't answer: the fence keeps it from writing when it comes back.
    return cancelling === 1 && (silence > timing.suspectMs || this.age(this.cancelledSince, id) > timing.cancelFinalMs);
  }

  private async lose(lease: LiveLease): Promise<void> {
    const agent = (await this.services.store.agents.find(lease.agent_id))?.name ?? lease.agent_id;
    const silence = formatDuration(this.services.presence.silence(lease.agent_id));
    await this.leases.lose(lease, failureOf("AGENT_LOST", { agent, silence }));
  }

  /** Milliseconds since this sweep first saw the lease so: counted here, because a clock of the store may jump. */
  private age(since: Map<string, number>, leaseId: string): number {
    const now = this.services.clock.monotonic();
    const first = since.get(leaseId) ?? now;
    since.set(leaseId, first);
    return now - first;
  }
}
