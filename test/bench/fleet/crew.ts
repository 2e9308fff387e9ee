import { channelSecurity, PLAIN, readTrust } from "../../../src/agent/connection/trust.ts";
import { wait } from "../../../src/base/time/wait.ts";
import { now, type Order, type Report } from "./orders.ts";
import { agentName, capabilityOf, type DriverPlan } from "./plan.ts";
import { SimulatedAgent } from "./simulated-agent.ts";

/** The agents of one process, which do what they are told. */
export class Crew {
  private readonly plan: DriverPlan;
  private readonly tell: (report: Report) => void;
  private readonly agents: SimulatedAgent[];
  private late: number[] = [];
  private failures: Record<string, number> = {};

  constructor(plan: DriverPlan, tell: (report: Report) => void) {
    const { grpcAddress: address, caFile } = plan;
    this.plan = plan;
    this.tell = tell;
    // One for all agents of this process: what each would hold of its own is memory of hosts, not of the controller.
    const security = channelSecurity(address, caFile === undefined ? PLAIN : readTrust({ address, tls: true, caFile }));
    this.agents = plan.keys.map((key, index) => {
      const number = plan.first + index * plan.step;
      const capability = capabilityOf(number, plan.herd);
      return new SimulatedAgent(agentName(number), key, capability, [address, security], {
        synced: (_, lateMs) => this.late.push(lateMs),
        accepted: ({ name }, build) => tell({ is: "accepted", build, atMs: now(), agent: name }),
        failed: (what) => {
          this.failures[what] = (this.failures[what] ?? 0) + 1;
        },
      });
    });
  }

  /** Does it, and tells when it is done. */
  async obey(order: Order): Promise<void> {
    if (order.do === "connect") await this.connectAll(order.atOnce);
    else if (order.do === "measure") [this.late, this.failures] = [[], {}];
    else if (order.do === "drop") for (const agent of this.below(order.below)) agent.drop();
    else if (order.do === "return") await this.comeBack(order.below, order.withinMs);
    else if (order.do === "end-builds") this.endBuilds(order.atOnce);
    else this.tellAll();
    this.tell({ is: "done", what: order.do });
  }

  close(): void {
    for (const agent of this.agents) agent.drop();
  }

  private async connectAll(atOnce: number): Promise<void> {
    const left = [...this.agents];
    const next = async () => {
      for (let agent = left.shift(); agent; agent = left.shift()) await agent.start();
    };
    await Promise.all(Array.from({ length: atOnce }, next));
  }

  private async comeBack(below: number, withinMs: number): Promise<void> {
    const agents = this.below(below).map(async (agent) => {
      await wait(Math.random() * withinMs);
      await agent.start();
    });
    await Promise.all(agents);
  }

  private endBuilds(atOnce: boolean): void {
    for (const agent of this.agents) agent.endsAtOnce = atOnce;
    if (!atOnce) return;
    for (const agent of this.agents) agent.end().catch((error: unknown) => this.count(error));
  }

  private count(error: unknown): void {
    const what = (error as Error).message.slice(0, 120);
    this.failures[what] = (this.failures[what] ?? 0) + 1;
  }

  private below(number: number): SimulatedAgent[] {
    return this.agents.filter((_, index) => this.plan.first + index * this.plan.step < number);
  }

  private tellAll(): void {
    const { agents, late, failures } = this;
    this.tell({
      is: "told",
      agents: agents.length,
      connected: agents.filter((agent) => agent.isWatching && agent.hasSynced).length,
      holding: agents.filter((agent) => agent.holds !== undefined).length,
      syncs: late.length,
      late,
      failures,
      rssBytes: process.memoryUsage.rss(),
    });
  }
}
