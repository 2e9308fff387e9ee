import type { HeldLease, JobInput } from "../../src/agent/jobs/job-machine.ts";
import type { BuildView, Change, LeaseView, Outcome } from "../../src/controller/queue/transitions.ts";
import type { Machines } from "./machines.ts";

export interface Ref {
  leaseId: string;
  build: number;
  fence: number;
}

/** A build in the controller, with what the invariants need to remember. */
export interface ModelBuild {
  view: BuildView;
  account: string;
  turn: number;
  /** Set when it first became terminal: what people were told. */
  told: string | undefined;
  cancelAsked: boolean;
  /** The fence of the last write that was taken. */
  lastWrite: number;
}

export interface ModelAgent {
  id: string;
  epoch: number;
  /** Voided by a newer session: the controller sends it away. */
  held: Map<string, { ref: Ref; held: HeldLease; outcome: Outcome["outcome"] | undefined }>;
  missed: Map<string, number>;
}

export type Message =
  | { kind: "sync"; agent: number; epoch: number; reports: Ref[] }
  | { kind: "sync-answer"; agent: number; epoch: number; directives: { ref: Ref; action: string }[]; offers: Ref[] }
  | { kind: "accept"; agent: number; epoch: number; ref: Ref }
  | { kind: "accept-answer"; agent: number; ref: Ref }
  | { kind: "events"; agent: number; ref: Ref }
  | { kind: "complete"; agent: number; ref: Ref; outcome: Outcome["outcome"] }
  | { kind: "complete-answer"; agent: number; ref: Ref };

export class Violation extends Error {}

export const PLATFORM = "android";

/** Controller, agents and the network between them, in memory. Every decision is made by the product's transition code. */
export class World {
  readonly machines: Machines;
  readonly builds: ModelBuild[] = [];
  readonly leases = new Map<string, { view: LeaseView; build: number }>();
  readonly agents: ModelAgent[] = [];
  readonly network: Message[] = [];
  /** Of every account; undefined for none. May be lowered at any time. */
  limit: number | undefined;
  /** The turn that was last begun. */
  begun = 0;
  /** Of each agent. */
  slots = 1;
  private leaseCount = 0;

  /** `builds` names the account of each. */
  constructor(machines: Machines, builds: readonly string[], agents: number, limit?: number) {
    this.machines = machines;
    this.limit = limit;
    const view: BuildView = {
      state: "queued",
      fence: 0,
      attempt: 0,
      leaseId: null,
      cancelRequested: false,
      failure: null,
    };
    const last = new Map<string, number>();
    for (const account of builds) {
      const turn = machines.nextTurn(last.get(account) ?? 0, this.begun);
      last.set(account, turn);
      this.builds.push({ view, account, turn, told: undefined, cancelAsked: false, lastWrite: 0 });
    }
    for (let i = 0; i < agents; i += 1) {
      this.agents.push({ id: `agent-${i}`, epoch: 1, held: new Map(), missed: new Map() });
    }
  }

  build(index: number): ModelBuild {
    return this.builds[index] as ModelBuild;
  }

  agent(index: number): ModelAgent {
    return this.agents[index] as ModelAgent;
  }

  /** A lease that no build had before. */
  newLeaseId(): string {
    this.leaseCount += 1;
    return `l${this.leaseCount}`;
  }

  /** How many builds of an account are live. */
  live(account: string): number {
    const waits = (state: string) =>
      state === "queued" || state === "success" || state === "failed" || state === "canceled";
    return this.builds.filter((build) => build.account === account && !waits(build.view.state)).length;
  }

  liveLeases(agentId: string): { view: LeaseView; build: number }[] {
    return [...this.leases.values()].filter((lease) => lease.view.agentId === agentId && lease.view.state !== "ended");
  }

  /** Takes a change into the store, as one transaction does, and checks what must always hold. */
  apply(index: number, change: Change): boolean {
    if (!change.ok) return false;
    const build = this.build(index);
    const before = build.view;
    build.view = change.build;
    if (change.lease) this.leases.set(change.lease.id, { view: change.lease, build: index });
    this.check(build, before);
    return true;
  }

  /** A write under a lease was taken: fences may only rise. */
  wrote(index: number, fence: number): void {
    const build = this.build(index);
    if (fence < build.lastWrite)
      throw new Violation(`a write under fence ${fence} was taken after one under ${build.lastWrite}`);
    build.lastWrite = fence;
  }

  /** Gives an input to a held lease and carries out the orders that the model knows. */
  input(agent: ModelAgent, leaseId: string, input: JobInput): void {
    const entry = agent.held.get(leaseId);
    if (!entry) return;
    const { held, orders } = this.machines.advance(entry.held, input);
    entry.held = held;
    for (const order of orders) if (order === "remove-folder") agent.held.delete(leaseId);
  }

  private check(build: ModelBuild, before: BuildView): void {
    const { view } = build;
    if (view.fence < before.fence) throw new Violation("the fence of a build went down");
    if (view.attempt > 2) throw new Violation(`attempt ${view.attempt} of a build was begun`);
    if (view.leaseId !== null && this.leases.get(view.leaseId)?.view.state === "ended") {
      throw new Violation("a build is under a lease that has ended");
    }
    const terminal = view.state === "success" || view.state === "failed" || view.state === "canceled";
    if (build.told !== undefined && build.told !== view.state) {
      throw new Violation(`a build that was ${build.told} became ${view.state}`);
    }
    if (!terminal) return;
    build.told = view.state;
    if (build.cancelAsked && view.state !== "canceled")
      throw new Violation(`a build asked to be canceled became ${view.state}`);
    if (view.leaseId !== null) throw new Violation("a build that ended is still under a lease");
  }
}
