import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMarked } from "../../src/base/processes/marked.ts";
import type { BuildDetails } from "../../src/protocol/api.ts";
import { jobMarker } from "../../src/protocol/job-folder/paths.ts";
import { Api } from "../faults/api.ts";
import { wrongInLog } from "../faults/log-oracle.ts";
import { type Plan, productOf, sha256 } from "../faults/plan.ts";
import { Program } from "../faults/program.ts";
import { Repository } from "../faults/repository.ts";
import { unzip } from "../faults/unzip.ts";
import { eventually } from "../support/eventually.ts";

export type Release = "older" | "newer";
/** The file of each release's command. */
export type Commands = Record<Release, string>;

const PATIENCE_MS = 180_000;

/** A build that is under way. */
export interface Begun {
  id: number;
  plan: Plan;
}

/** A controller and an agent that joined it, each of one of two releases, and changed while builds run. */
export class Fleet {
  readonly folder = mkdtempSync(join(tmpdir(), "millwright-skew-"));
  readonly releases: { controller: Release; agent: Release };
  private readonly commands: Commands;
  private readonly repository: Repository;
  private readonly api: Api;
  private readonly ports: { http: number; grpc: number };
  private controller: Program;
  private agent: Program | undefined;
  private builds = 0;

  private constructor(commands: Commands, first: Release, ports: { http: number; grpc: number }) {
    this.commands = commands;
    this.releases = { controller: first, agent: first };
    this.ports = ports;
    const data = join(this.folder, "controller");
    mkdirSync(data, { mode: 0o700 });
    this.repository = new Repository(join(this.folder, "app.git"));
    this.api = new Api(() => `http://127.0.0.1:${ports.http}`, join(data, "admin.token"));
    this.controller = this.program("controller");
  }

  /** Both of the same release; the host joins by an invitation. */
  static async open(commands: Commands, first: Release): Promise<Fleet> {
    const fleet = new Fleet(commands, first, { http: await freePort(), grpc: await freePort() });
    fleet.controller.start();
    await eventually("the controller answers", () => fleet.api.get("/agents"), PATIENCE_MS);
    await fleet.api.post("/apps", { name: "app", gitUrl: fleet.repository.folder });
    const { line } = await fleet.api.post<{ line: string }>("/agents/invitations", {});
    const config = join(fleet.folder, "agent.yaml");
    fleet.run(first, ["agent", "join", line, "--config", config, "--name", "host"]);
    const extra = "workFolder: work\nslots: 2\nhttp:\n  address: 127.0.0.1:0\ndisk:\n  minFree: 4MiB\n";
    writeFileSync(config, readFileSync(config, "utf8") + extra);
    fleet.agent = fleet.program("agent");
    fleet.agent.start();
    await fleet.untilReady();
    return fleet;
  }

  /** Ends the controller as a service manager does, and starts the other release on what it left. */
  async changeController(to: Release): Promise<void> {
    await this.controller.stop(30_000);
    this.releases.controller = to;
    this.controller = this.program("controller");
    this.controller.start();
    await this.untilReady();
  }

  /** Ends the daemon with no time to say goodbye, and starts the other release, which takes its builds up. */
  async changeAgent(to: Release): Promise<void> {
    await this.agent?.kill();
    this.releases.agent = to;
    this.agent = this.program("agent");
    this.agent.start();
    await this.untilReady();
  }

  /** A command on the agent's host, of the agent's release. */
  onHost(...words: string[]): string {
    return this.run(this.releases.agent, [...words, "--config", join(this.folder, "agent.yaml")]);
  }

  /** Begins a build that prints for so long, and waits until it does. */
  async begin(ms: number): Promise<Begun> {
    this.builds += 1;
    const seed = `${this.releases.controller}-${this.releases.agent}-${this.builds}`;
    const plan: Plan = {
      seed,
      logBytes: 200_000,
      lineBytes: 100,
      binary: false,
      ms,
      files: [300_000, 10],
      behaviour: "plain",
    };
    this.repository.commit(plan);
    const { id } = await this.api.request("app", seed);
    const prints = async () => (await this.api.build(id)).logLength > 500;
    await eventually(`build ${id} prints`, prints, PATIENCE_MS);
    return { id, plan };
  }

  async isRunning({ id }: Begun): Promise<boolean> {
    return (await this.api.build(id)).status === "running";
  }

  /** Waits for its end; answers what is wrong with it: it must be a success of the first attempt, whole in log and product. */
  async wrongIn({ id, plan }: Begun): Promise<string[]> {
    const ended = async () => {
      const build = await this.api.build(id);
      return ["success", "failed", "canceled"].includes(build.status) ? build : undefined;
    };
    const build = (await eventually(`build ${id} ends`, ended, PATIENCE_MS)) as BuildDetails;
    const failure = build.failure ? ` (${build.failure.code}: ${build.failure.why})` : "";
    if (build.status !== "success" || build.attempt !== 1) {
      return [`build ${id} is ${build.status} at attempt ${build.attempt}${failure}`];
    }
    const log = wrongInLog(await this.api.log(id), plan, true).map(({ what }) => `build ${id}: ${what}`);
    return [...log, ...(await this.wrongProduct(build, plan))];
  }

  async close(): Promise<string[]> {
    await this.agent?.stop(30_000);
    await this.controller.stop(30_000);
    const log = readFileSync(join(this.folder, "agent.log"), "utf8");
    const leases = new Set([...log.matchAll(/"lease":"(l[0-9a-f]+)"/g)].map((match) => match[1]));
    const left = () => [...leases].flatMap((lease) => findMarked(jobMarker(lease ?? "")));
    const gone = eventually("its processes are gone", () => left().length === 0, 30_000);
    const problems = await gone.then(
      () => [],
      () => [`processes ${left().join(", ")} are left`],
    );
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    return problems;
  }

  /** The end of what both said: for reports. */
  tail(): string {
    return [this.controller, this.agent].map((each) => each?.tail(3000)).join("\n");
  }

  private async wrongProduct(build: BuildDetails, plan: Plan): Promise<string[]> {
    const artifact = build.artifacts.find(({ kind }) => kind === "www");
    if (!artifact) return [`build ${build.id} has no artifact`];
    const bytes = await this.api.bytes(`/builds/${build.id}/artifacts/${artifact.id}`);
    const found = await unzip(bytes);
    const wrong = [...productOf(plan)].filter(([name, hash]) => found.get(name) !== hash);
    const same = sha256(bytes) === artifact.sha256 && wrong.length === 0;
    return same ? [] : [`the artifact of build ${build.id} is not what was built`];
  }

  private untilReady(): Promise<unknown> {
    const began = Date.now();
    const ready = async () => {
      const { agents } = await this.api.get<{ agents: { state: string; lastContactAt: string }[] }>("/agents");
      const [agent] = agents;
      return !this.agent || (/ready|busy/.test(agent?.state ?? "") && Date.parse(agent?.lastContactAt ?? "") >= began);
    };
    return eventually("the agent is connected", ready, PATIENCE_MS);
  }

  private program(kind: "controller" | "agent"): Program {
    const { http, grpc } = this.ports;
    const addresses = ["--http", `127.0.0.1:${http}`, "--grpc", `127.0.0.1:${grpc}`];
    const words =
      kind === "controller"
        ? ["controller", "--data", join(this.folder, "controller"), ...addresses]
        : ["agent", "--config", join(this.folder, "agent.yaml")];
    return new Program([this.commands[this.releases[kind]], ...words], this.folder, join(this.folder, `${kind}.log`));
  }

  private run(release: Release, words: string[]): string {
    return execFileSync(process.execPath, [this.commands[release], ...words], { cwd: this.folder, encoding: "utf8" });
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    }),
  );
}
