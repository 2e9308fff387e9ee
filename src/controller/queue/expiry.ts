import { failureOf } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import type { Services } from "../services.ts";
import type { LeaseBook } from "./lease-book.ts";

/** Looks from time to time for offers that nobody took and for agents that are gone. Nothing that is in a hurry waits for it. */
export class Expiry {
  private readonly services: Services;
  private readonly leases: LeaseBook;
  private readonly offeredSince = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(services: Services, leases: LeaseBook) {
    this.services = services;
    this.leases = leases;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.running
        .then(() => this.sweep())
        .catch((error: unknown) => {
          this.services.logger.error({ err: error }, "the look for expired leases failed");
        });
    }, this.services.timing.sweepMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  async sweep(): Promise<void> {
    const { store, clock, timing, presence } = this.services;
    const now = clock.monotonic();
    const live = await store.leases.live();
    const offered = new Set<string>();
    for (const lease of live) {
      const silence = presence.silence(lease.agent_id);
      if (lease.state === "offered") {
        offered.add(lease.id);
        const since = this.offeredSince.get(lease.id) ?? now;
        this.offeredSince.set(lease.id, since);
        const ref = { leaseId: lease.id, buildId: lease.build_id, attempt: lease.attempt, fence: lease.fence };
        if (now - since > timing.offerMs) await this.leases.decline(ref, "the offer was not taken in time");
      } else if (silence > timing.lostMs) {
        const agent = (await store.agents.list()).find((each) => each.id === lease.agent_id)?.name ?? lease.agent_id;
        await this.leases.lose(lease, failureOf("AGENT_LOST", { agent, silence: formatDuration(silence) }));
      }
    }
    for (const id of this.offeredSince.keys()) if (!offered.has(id)) this.offeredSince.delete(id);
  }
}
