import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { create } from "tar";
import { onTestFinished } from "vitest";
import { type PrefixPaths, prefixPaths } from "../../../../src/agent/releases/prefix.ts";
import type { Agent } from "../../../../src/protocol/api.ts";
import { type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { type Ran, ran } from "../../../support/ran.ts";

const ROOMS = ["agent", "base", "build", "cli", "controller", "credentials", "protocol"];

/** Edits a release before it is packed: `edit(file, from, to)` changes a text in dist/. */
export type Change = (edit: (file: string, from: string | RegExp, to: string) => void) => void;

export interface ReleaseHost {
  folder: string;
  paths: PrefixPaths;
  config: string;
  controller: TestController;
  /** Makes a package of the product as it was built, under that version. */
  pack(version: string, change?: Change): Promise<string>;
  /** Runs `millwright agent WORDS…` of this checkout for the prefix. */
  millwright(...words: string[]): Promise<Ran>;
  upgrade(file: string, ...words: string[]): Promise<Ran>;
  /** How people call it on the host. */
  ownCommand(...words: string[]): Promise<Ran>;
  service: Service;
  /** What the controller knows of this agent. */
  agent(): Promise<Agent | undefined>;
  runs(version: string, ms?: number): Promise<Agent>;
  log(): string;
}

/** A host with a release 1.0.0 whose agent is connected to a controller. */
export async function releaseHost(): Promise<ReleaseHost> {
  const controller = await testController();
  const folder = temporaryFolder();
  const paths = prefixPaths(join(folder, "prefix"));
  // Packages of tests bring no dependencies: Node finds those of this checkout above the prefix.
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const config = join(folder, "agent.yaml");
  writeFileSync(config, configText(controller));
  const service = new Service(folder, [paths.launch, "agent", "--config", config]);
  const env = { ...process.env, PATH: process.env["PATH"] };
  const millwright = (...words: string[]) =>
    ran(process.execPath, ["dist/cli/main.js", "agent", ...words, "--prefix", paths.prefix], env, process.cwd());
  const agent = async () => ((await controller.api("GET", "/agents")).body as { agents: Agent[] }).agents[0];
  const short = ["--config", config, "--restart", service.restartCommand, "--good", "2s"];
  const host: ReleaseHost = {
    folder,
    paths,
    config,
    controller,
    pack: (version, change) => pack(folder, version, change),
    millwright,
    upgrade: (file, ...words) => millwright("upgrade", file, ...short, ...words),
    ownCommand: (...words) => ran(paths.command, words, env),
    service,
    agent,
    runs: (version, ms = 30_000) =>
      eventually(
        `the agent runs ${version}`,
        async () => {
          const found = await agent();
          return found?.version === version && found.state !== "offline" ? found : undefined;
        },
        ms,
      ),
    log: () => readFileSync(service.logFile, "utf8"),
  };
  const first = await host.upgrade(await host.pack("1.0.0"));
  if (first.code !== 0) throw new Error(first.stderr);
  service.start();
  await host.runs("1.0.0");
  return host;
}

function configText(controller: TestController): string {
  return `name: upgraded
controller:
  address: ${controller.grpcAddress}
  caFile: ${join(controller.data, "ca.pem")}
  tokenFile: ${join(controller.data, "agent.token")}
workFolder: work
isolation:
  readable: [gate]
http:
  address: 127.0.0.1:0
disk:
  minFree: 1MiB
`;
}

async function pack(folder: string, version: string, change: Change = () => {}): Promise<string> {
  const source = join(folder, `source-${version}`);
  const product = join(source, "package");
  for (const room of ROOMS) {
    cpSync(join("dist", room), join(product, "dist", room), {
      recursive: true,
      filter: (name) => !name.endsWith(".map"),
    });
  }
  mkdirSync(join(product, "node_modules"));
  writeFileSync(join(product, "node_modules/README"), "Millwright's dependencies\n");
  const engines = { node: ">=20.19" };
  const manifest = { name: "millwright", version, type: "module", engines, bundleDependencies: true };
  writeFileSync(join(product, "package.json"), JSON.stringify(manifest));
  const edit = (file: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(product, "dist", file), "utf8");
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${file} holds no ${from}`);
    writeFileSync(join(product, "dist", file), edited);
  };
  edit("protocol/version.js", /VERSION = "[^"]*"/, `VERSION = "${version}"`);
  change(edit);
  const file = join(folder, `millwright-${version}.tgz`);
  await create({ gzip: { level: 1 }, file, cwd: source }, ["package"]);
  rmSync(source, { recursive: true });
  return file;
}

/** A service manager as small as can be: starts its program again whenever it has ended, as Restart=always does. */
export class Service {
  readonly logFile: string;
  readonly restartCommand: string;
  private readonly pidFile: string;
  private readonly stopFile: string;
  private readonly words: string[];
  private loop: ChildProcess | undefined;

  constructor(folder: string, words: string[]) {
    this.words = words;
    this.logFile = join(folder, "service.log");
    this.pidFile = join(folder, "service.pid");
    this.stopFile = join(folder, "service.stop");
    // TERM to the main process alone, and KILL when it drains for too long: as the unit has it, only quicker.
    const script = `pid=$(cat '${this.pidFile}'); kill -TERM $pid; n=0
while kill -0 $pid 2>/dev/null && [ $n -lt 10 ]; do n=$((n + 1)); sleep 0.1; done; kill -KILL $pid 2>/dev/null; true`;
    this.restartCommand = join(folder, "restart");
    writeFileSync(this.restartCommand, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    onTestFinished(() => this.stop());
  }

  start(): void {
    const script = `while [ ! -e '${this.stopFile}' ]; do
  "$@" >>'${this.logFile}' 2>&1 & echo $! >'${this.pidFile}'; wait $!; sleep 0.2
done`;
    this.loop = spawn("/bin/sh", ["-c", script, "service", ...this.words], { stdio: "ignore" });
  }

  get pid(): number {
    return Number(readFileSync(this.pidFile, "utf8"));
  }

  async restart(): Promise<void> {
    const done = await ran(this.restartCommand, [], process.env);
    if (done.code !== 0) throw new Error(done.stderr);
  }

  async stop(): Promise<void> {
    const { loop } = this;
    if (!loop || loop.exitCode !== null) return;
    const ended = new Promise((done) => loop.once("exit", done));
    writeFileSync(this.stopFile, "");
    if (existsSync(this.pidFile)) process.kill(this.pid, "SIGKILL");
    await ended;
    rmSync(this.stopFile);
    this.loop = undefined;
  }
}
