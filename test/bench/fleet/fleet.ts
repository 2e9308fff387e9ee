import { EventEmitter, once } from "node:events";
import type { Order, Report, Told } from "./orders.ts";

/** Which agent accepted a build, and when. */
export interface Accepted {
  atMs: number;
  agent: string;
}

/** Who plays a part of the agents. */
export interface Driver {
  send: (order: Order) => void;
  onReport: (listener: (report: Report) => void) => void;
  close: () => Promise<void>;
}

/** The agents of some drivers. */
export class Fleet {
  /** By build; more than one where a build was given out more than once. */
  readonly accepted = new Map<number, Accepted[]>();
  private readonly drivers: readonly Driver[];
  private readonly news = new EventEmitter().setMaxListeners(0);
  private waiting: ((report: Report) => void)[] = [];

  constructor(drivers: readonly Driver[]) {
    this.drivers = drivers;
    for (const driver of drivers) driver.onReport((report) => this.hear(report));
  }

  /** Resolves when all drivers have done it. */
  async order(order: Order): Promise<void> {
    const done = this.reports((report) => report.is === "done" && report.what === order.do);
    for (const driver of this.drivers) driver.send(order);
    await done;
  }

  /** How it is with all agents together. */
  async tell(): Promise<Told> {
    const told = this.reports((report) => report.is === "told");
    for (const driver of this.drivers) driver.send({ do: "tell" });
    return ((await told) as Extract<Report, { is: "told" }>[]).reduce<Told>(together, NOTHING);
  }

  /** Resolves when that build was accepted by an agent. */
  async whenAccepted(build: number): Promise<Accepted> {
    if (!this.accepted.has(build)) await once(this.news, `${build}`);
    return this.accepted.get(build)?.[0] as Accepted;
  }

  async close(): Promise<void> {
    await Promise.all(this.drivers.map((driver) => driver.close()));
  }

  /** One such report of each driver. */
  private reports(isOne: (report: Report) => boolean): Promise<Report[]> {
    const found: Report[] = [];
    return new Promise((resolve) => {
      const hear = (report: Report) => {
        if (!isOne(report)) return;
        found.push(report);
        if (found.length < this.drivers.length) return;
        this.waiting = this.waiting.filter((each) => each !== hear);
        resolve(found);
      };
      this.waiting.push(hear);
    });
  }

  private hear(report: Report): void {
    for (const waiter of [...this.waiting]) waiter(report);
    if (report.is !== "accepted") return;
    const { build, atMs, agent } = report;
    this.accepted.set(build, [...(this.accepted.get(build) ?? []), { atMs, agent }]);
    this.news.emit(`${build}`);
  }
}

const NOTHING: Told = { agents: 0, connected: 0, holding: 0, syncs: 0, late: [], failures: {}, rssBytes: 0 };

function together(a: Told, b: Told): Told {
  const failures = { ...a.failures };
  for (const [what, n] of Object.entries(b.failures)) failures[what] = (failures[what] ?? 0) + n;
  return {
    agents: a.agents + b.agents,
    connected: a.connected + b.connected,
    holding: a.holding + b.holding,
    syncs: a.syncs + b.syncs,
    late: [...a.late, ...b.late],
    failures,
    rssBytes: a.rssBytes + b.rssBytes,
  };
}
