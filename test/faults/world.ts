import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { eventually } from "../support/eventually.ts";
import { serveRepositories } from "../support/git-http.ts";
import { Api } from "./api.ts";
import { Program } from "./program.ts";
import { FaultProxy } from "./proxy.ts";
import { Repository } from "./repository.ts";

const TOOLS = resolve("dist-tools");

/** Shorter than people need, so that a lost agent is told in seconds. */
export const TIMING = {
  syncIdleMs: 2_000,
  syncBusyMs: 1_000,
  offerMs: 4_000,
  suspectMs: 4_000,
  lostMs: 10_000,
  offlineToleranceMs: 20_000,
  cancelFinalMs: 10_000,
  cancelGraceMs: 1_000,
  sweepMs: 250,
};

export interface Agent {
  name: string;
  work: string;
  program: Program;
  /** Between this agent and the controller. */
  link: FaultProxy;
}

export interface WorldOptions {
  folder: string;
  agents: number;
  slots: number;
  /** Called with the agent's work folder before it starts. */
  prepare?: (work: string) => void;
}

/** A controller and agents as processes, with a proxy on every way between them, and the repositories that they build. */
export class World {
  readonly options: WorldOptions;
  readonly data: string;
  readonly api: Api;
  readonly agents: Agent[] = [];
  readonly repository: Repository;
  uploads!: FaultProxy;
  /** Between git and its server. */
  gitLink!: FaultProxy;
  controller!: Program;
  private gitServers: Awaited<ReturnType<typeof serveRepositories>>[] = [];
  private ports = { http: 0, grpc: 0 };

  private constructor(options: WorldOptions) {
    this.options = options;
    this.data = join(options.folder, "controller");
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    this.api = new Api(() => `http://127.0.0.1:${this.ports.http}`, join(this.data, "admin.token"));
    this.repository = new Repository(join(options.folder, "app.git"));
  }

  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    world.uploads = await FaultProxy.open(() => world.ports.http);
    const [open, locked] = [await serveRepositories(options.folder), await serveRepositories(options.folder, "a:b")];
    world.gitServers = [open, locked];
    const gitPort = Number(new URL(open.url).port);
    world.gitLink = await FaultProxy.open(() => gitPort);
    world.controller = new Program(world.controllerArguments(), options.folder, join(options.folder, "controller.log"));
    await world.startController();
    for (let number = 1; number <= options.agents; number += 1) await world.addAgent(number);
    await world.untilReady();
    const { api, repository, gitLink } = world;
    await api.post("/apps", { name: "file", gitUrl: repository.folder });
    await api.post("/apps", { name: "http", gitUrl: `http://127.0.0.1:${gitLink.port}/app.git` });
    await api.post("/apps", { name: "locked", gitUrl: `${locked.url}/app.git` });
    return world;
  }

  /** Starts the controller, on other ports than the last time: the proxies lead to it. */
  async startController(): Promise<void> {
    const file = join(this.data, "addresses.json");
    rmSync(file, { force: true });
    this.controller.start();
    const read = () => JSON.parse(readFileSync(file, "utf8")) as { http: string; grpc: string };
    const addresses = await eventually("the controller listens", read, 30_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.controller.tail()}`);
    });
    this.ports = { http: Number(new URL(addresses.http).port), grpc: Number(addresses.grpc.split(":").at(-1)) };
  }

  /** Every agent is connected and has nothing to do. */
  async untilReady(ms = 45_000): Promise<void> {
    const ready = async () => {
      const { agents } = await this.api.get<{ agents: { state: string; running: number[] }[] }>("/agents");
      return agents.filter((agent) => agent.state === "ready" && agent.running.length === 0).length;
    };
    await eventually("all agents are ready", async () => (await ready()) === this.agents.length, ms);
  }

  /** All proxies let everything through again, and every program runs. */
  async heal(): Promise<void> {
    for (const proxy of [this.uploads, this.gitLink, ...this.agents.map((agent) => agent.link)]) proxy.clear();
    this.controller.signal("SIGCONT");
    if (!this.controller.running) await this.startController();
    for (const { program } of this.agents) {
      program.signal("SIGCONT");
      if (!program.running) program.start();
    }
  }

  async close(): Promise<void> {
    for (const agent of this.agents) await agent.program.stop();
    await this.controller.stop();
    for (const proxy of [this.uploads, this.gitLink, ...this.agents.map((agent) => agent.link)]) await proxy.close();
    for (const server of this.gitServers) await server.close();
  }

  private controllerArguments(): string[] {
    const any = "127.0.0.1:0";
    const publicUrl = `http://127.0.0.1:${this.uploads.port}`;
    const options = { data: this.data, http: any, grpc: any, logLevel: "info", publicUrl, timing: TIMING };
    return [join(TOOLS, "test/faults/controller-process.js"), JSON.stringify(options)];
  }

  private async addAgent(number: number): Promise<void> {
    const { folder, slots, prepare } = this.options;
    const name = `agent-${number}`;
    const work = join(folder, name);
    mkdirSync(work, { mode: 0o700 });
    prepare?.(work);
    const link = await FaultProxy.open(() => this.ports.grpc);
    const config = join(folder, `${name}.yaml`);
    writeFileSync(config, configOf({ name, work, slots, port: link.port, data: this.data }));
    const args = [join(TOOLS, "src/cli/main.js"), "agent", "--config", config];
    const program = new Program(args, folder, join(folder, `${name}.log`));
    program.start();
    this.agents.push({ name, work, program, link });
  }
}

function configOf(agent: { name: string; work: string; slots: number; port: number; data: string }): string {
  return `name: ${agent.name}
controller:
  address: 127.0.0.1:${agent.port}
  caFile: ${JSON.stringify(join(agent.data, "ca.pem"))}
  tokenFile: ${JSON.stringify(join(agent.data, "agent.token"))}
workFolder: ${JSON.stringify(agent.work)}
slots: ${agent.slots}
http:
  address: 127.0.0.1:0
# Builds of the suite write to a ledger of the host, and some kill their supervisor: a sandbox forbids both.
isolation:
  mode: off
disk:
  minFree: 4MiB
job:
  timeout: 90s
  silence: 15s
  cancelGrace: 1s
`;
}
