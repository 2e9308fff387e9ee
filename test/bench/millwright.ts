import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BuildDetails } from "../../src/protocol/api.ts";
import { eventually } from "../support/eventually.ts";
import { ControllerProcess } from "./fleet/controller-process.ts";
import { Started } from "./started.ts";

export interface MillwrightOptions {
  slots?: number;
  /** Variables of the builds, as the agent's configuration gives them. */
  environment?: Record<string, string>;
  environmentFile?: string;
}

/** A controller and one agent as their users run them: SQLite with every commit on the disk, TLS, processes of their own. */
export class Millwright {
  readonly controller: ControllerProcess;
  readonly agent: Started;
  private readonly data: string;

  private constructor(controller: ControllerProcess, agent: Started, data: string) {
    this.controller = controller;
    this.agent = agent;
    this.data = data;
  }

  /** Answers when the agent is ready to build. */
  static async start(folder: string, options: MillwrightOptions = {}): Promise<Millwright> {
    const data = join(folder, "controller");
    mkdirSync(data, { recursive: true });
    const controller = await ControllerProcess.start(data);
    const config = join(folder, "agent.yaml");
    writeFileSync(config, configOf(controller, data, options));
    const log = join(folder, "agent.log");
    const agent = new Started(process.execPath, [resolve("dist/cli/main.js"), "agent", "--config", config], {
      cwd: folder,
      log,
    });
    const millwright = new Millwright(controller, agent, data);
    try {
      await eventually("the agent is ready", () => millwright.isIdle(), 60_000);
      return millwright;
    } catch (error) {
      await millwright.close();
      throw new Error(`${(error as Error).message}\n${agent.tail()}`);
    }
  }

  async addApp(name: string, gitUrl: string): Promise<void> {
    await this.controller.ask("POST", "/api/v1/apps", { name, gitUrl });
  }

  /** Asks for a build of a branch; answers its number when the controller has answered. */
  async ask(app: string, build: Record<string, string> = { kind: "deploy" }): Promise<number> {
    const body = { commit: "main", ...build };
    return (await this.controller.ask<{ id: number }>("POST", `/api/v1/apps/${app}/builds`, body)).id;
  }

  /** The build as its followers see it end: they are told of each change. */
  async ended(build: number): Promise<BuildDetails> {
    const text = await this.read(`/builds/${build}/watch`);
    return JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as BuildDetails;
  }

  log(build: number): Promise<string> {
    return this.read(`/builds/${build}/log`);
  }

  async artifact(build: number, artifact: string): Promise<Buffer> {
    return Buffer.from(await (await this.get(`/builds/${build}/artifacts/${artifact}`)).arrayBuffer());
  }

  async isIdle(): Promise<boolean> {
    const { agents } = await this.controller.ask<{ agents: { state: string }[] }>("GET", "/api/v1/agents");
    return agents.length === 1 && agents[0]?.state === "ready";
  }

  /** How many builds are not over. */
  async open(): Promise<number> {
    const { queued, running } = await this.controller.openBuilds();
    return queued + running;
  }

  /** Throws what failed, where one of these builds did; answers them. */
  async succeeded(builds: readonly number[]): Promise<BuildDetails[]> {
    const ended: BuildDetails[] = [];
    for (const build of builds) {
      const details = await this.ended(build);
      const { status, failure } = details;
      if (status !== "success") throw new Error(`build ${build} ended as ${status}: ${failure?.what}`);
      ended.push(details);
    }
    return ended;
  }

  /** Keeps the agent from new builds, or no longer. */
  async hold(isHeld: boolean): Promise<void> {
    const path = "/api/v1/agents/bench/hold";
    if (isHeld) await this.controller.ask("PUT", path, { kind: "pause" });
    else await this.controller.ask("DELETE", path);
  }

  private async read(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  private async get(path: string): Promise<Response> {
    const token = readFileSync(join(this.data, "admin.token"), "utf8").trim();
    const response = await fetch(`${this.controller.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async close(): Promise<void> {
    await this.agent.stop();
    await this.controller.stop();
  }
}

function configOf(controller: ControllerProcess, data: string, options: MillwrightOptions): string {
  const { slots = 1, environment = {}, environmentFile } = options;
  return JSON.stringify({
    name: "bench",
    controller: {
      address: controller.grpcAddress,
      caFile: join(data, "ca.pem"),
      tokenFile: join(data, "agent.token"),
    },
    workFolder: "agent",
    slots,
    environment,
    ...(environmentFile ? { environmentFile } : {}),
    http: { address: "127.0.0.1:0" },
    disk: { minFree: "1GiB", cleanBelow: "1GiB" },
  });
}
