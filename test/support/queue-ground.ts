import type { BuildStatus } from "../../src/protocol/build-types.ts";
import type { Toolchain } from "../../src/protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseRef } from "../../src/protocol/job-folder/spec.ts";
import type { TestController } from "./controller.ts";
import { ScriptedAgent } from "./scripted-agent.ts";

export interface Refused {
  code: string;
  what: string;
  why: string;
  detail?: string;
}

/** Accounts and their builds on a controller, for tests of the queue. */
export class QueueGround {
  readonly controller: TestController;

  constructor(controller: TestController) {
    this.controller = controller;
  }

  /** An account with these apps; `limit` null for none. */
  async account(name: string, limit: number | null, ...apps: string[]): Promise<void> {
    await this.send("POST", "/accounts", { name, concurrencyLimit: limit });
    for (const app of apps) {
      await this.send("POST", `/apps?account=${name}`, { name: app, gitUrl: `https://example.test/${app}.git` });
    }
  }

  async setLimit(account: string, limit: number | null): Promise<void> {
    await this.send("PATCH", `/accounts/${account}`, { concurrencyLimit: limit });
  }

  /** Asks for a build and answers its number; throws what refused it. */
  async ask(app: string, request: object = {}): Promise<number> {
    return (await this.asked(app, request)).id;
  }

  asked(app: string, request: object = {}): Promise<{ id: number; notice?: string; targetPlatform?: string }> {
    const usual = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
    return this.send("POST", `/apps/${app}/builds`, { ...usual, ...request });
  }

  async refused(app: string, request: object): Promise<Refused> {
    const usual = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
    const { body } = await this.controller.api("POST", `/apps/${app}/builds`, { ...usual, ...request });
    return (body as { error: Refused }).error;
  }

  async status(...ids: number[]): Promise<BuildStatus[]> {
    return Promise.all(ids.map(async (id) => (await this.controller.build(id)).status));
  }

  /** The numbers of the builds that have this status, as the list says. */
  async withStatus(status: BuildStatus): Promise<number[]> {
    const { builds } = await this.send<{ builds: { id: number; status: BuildStatus }[] }>(
      "GET",
      `/builds?status=${status}&limit=500`,
    );
    return builds.map(({ id }) => id).sort((a, b) => a - b);
  }

  async send<T = never>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.controller.api(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** An agent that takes what it is offered, and ends builds when it is told to. */
export class Worker {
  readonly agent: ScriptedAgent;
  private readonly running = new Map<number, { lease: LeaseRef; jobToken: string }>();
  private readonly slots: number;

  constructor(controller: TestController, slots: number) {
    this.agent = new ScriptedAgent(controller);
    this.slots = slots;
  }

  /** `os` and what comes with it: a Mac also builds for ios, with these Xcodes. */
  async open(name: string, host: { mac?: string[]; names?: string[] } = {}): Promise<this> {
    const { capability } = this.agent;
    const platforms = capability.platforms.filter(({ platform }) => platform !== "ios");
    const ios = { platform: "ios", supported: host.mac !== undefined, lacking: host.mac ? "" : "not a Mac" };
    this.agent.capability = {
      ...capability,
      os: host.mac ? "darwin" : "linux",
      platforms: [...platforms, ios],
      toolchains: (host.mac ?? []).map(xcode),
      targetPlatforms: host.names ?? [],
    };
    await this.agent.open(name, `machine of ${name}`, this.slots);
    return this;
  }

  /** Asks for work and begins what it gets; answers the numbers. */
  async work(): Promise<number[]> {
    const begun: number[] = [];
    for (const { lease } of (await this.agent.sync(this.reports(), this.slots - this.running.size)).offers) {
      if (!lease || this.running.has(lease.buildId)) continue;
      const { jobToken } = await this.agent.accept(lease);
      await this.agent.begin(lease, jobToken);
      this.running.set(lease.buildId, { lease, jobToken });
      begun.push(lease.buildId);
    }
    return begun;
  }

  /** The builds that it was offered, without beginning them. */
  async offered(): Promise<number[]> {
    const { offers } = await this.agent.sync(this.reports(), this.slots - this.running.size);
    return offers.map(({ lease }) => lease?.buildId ?? 0);
  }

  async end(buildId: number): Promise<void> {
    const job = this.running.get(buildId);
    if (!job) throw new Error(`build ${buildId} doesn't run here`);
    this.running.delete(buildId);
    await this.agent.complete(job.lease, job.jobToken, "");
  }

  private reports() {
    return [...this.running.values()].map(({ lease }) => ({ lease, state: 4 as const, step: "", cancelSeen: false }));
  }
}

export function xcode(version: string): Toolchain {
  const path = `/Applications/Xcode-${version}.app`;
  return { kind: "xcode", version, path, build: "1A1", lacking: "", sdks: [version], beta: false, preferred: false };
}
