import type { Selectable } from "kysely";
import { failureOf } from "../../base/errors/millwright-error.ts";
import type { LeaseReport } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import type { Services } from "../services.ts";
import type { Granted } from "../store/lease-store.ts";
import type { AgentRow, LeaseRow } from "../store/tables.ts";

const LOST_AFTER = 2;

/**
 * Notices leases that their agent doesn't speak of. The offer may have been lost on its way, or the answer to its acceptance:
 * then it is offered again. Or the agent came back without a build that ran: one Sync may cross an Accept, so only the
 * second in a row counts.
 */
export class MissingLeases {
  private readonly services: Services;
  private readonly leases: LeaseBook;
  private readonly missed = new Map<string, number>();

  constructor(services: Services, leases: LeaseBook) {
    this.services = services;
    this.leases = leases;
  }

  /** Answers what to offer again, and how many leases the agent has as far as the store knows. */
  async look(
    agent: Selectable<AgentRow>,
    reports: readonly LeaseReport[],
  ): Promise<{ again: Granted[]; live: number }> {
    const held = new Set(reports.map((report) => report.lease?.leaseId));
    const again: Selectable<LeaseRow>[] = [];
    const live = await this.services.store.leases.live(agent.id);
    for (const lease of live) {
      if (held.has(lease.id)) this.missed.delete(lease.id);
      else if (lease.state === "offered") again.push(lease);
      else if (await this.isLost(agent, lease)) this.missed.delete(lease.id);
      else if (lease.state === "accepted") again.push(lease);
    }
    return { again: await Promise.all(again.map((lease) => this.offerOf(lease))), live: live.length };
  }

  private async isLost(agent: Selectable<AgentRow>, lease: Selectable<LeaseRow>): Promise<boolean> {
    const count = (this.missed.get(lease.id) ?? 0) + 1;
    this.missed.set(lease.id, count);
    const most = lease.state === "accepted" ? LOST_AFTER + 1 : LOST_AFTER;
    if (count < most) return false;
    const reason = `The agent ${agent.name} came back without it.`;
    await this.leases.lose(lease, failureOf("SUPERVISOR_LOST", { reason }));
    return true;
  }

  private async offerOf({ id, build_id, attempt, fence }: Selectable<LeaseRow>): Promise<Granted> {
    const build = await this.services.store.builds.find(build_id);
    return { leaseId: id, buildId: build_id, attempt, fence, platform: build?.platform ?? "" };
  }
}
