import type { Selectable } from "kysely";
import { failureOf } from "../../base/errors/millwright-error.ts";
import type { LeaseReport } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";

const LOST_AFTER = 2;

/**
 * Notices accepted leases that their agent no longer speaks of: it came back without them. One Sync may cross an Accept on
 * its way, so only the second in a row counts.
 */
export class MissingLeases {
  private readonly services: Services;
  private readonly leases: LeaseBook;
  private readonly missed = new Map<string, number>();

  constructor(services: Services, leases: LeaseBook) {
    this.services = services;
    this.leases = leases;
  }

  async look(agent: Selectable<AgentRow>, reports: readonly LeaseReport[]): Promise<void> {
    const held = new Set(reports.map((report) => report.lease?.leaseId));
    for (const lease of await this.services.store.leases.live(agent.id)) {
      if (lease.state === "offered" || held.has(lease.id)) {
        this.missed.delete(lease.id);
        continue;
      }
      const count = (this.missed.get(lease.id) ?? 0) + 1;
      this.missed.set(lease.id, count);
      if (count < LOST_AFTER) continue;
      this.missed.delete(lease.id);
      const reason = `The agent ${agent.name} came back without it.`;
      await this.leases.lose(lease, failureOf("SUPERVISOR_LOST", { reason }));
    }
  }
}
