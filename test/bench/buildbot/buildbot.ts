import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { which } from "../../../src/base/processes/which.ts";
import { eventually } from "../../support/eventually.ts";
import { Started } from "../started.ts";

const PROGRAMS = ["buildbot", "buildbot-worker"];

export interface BuildbotOptions {
  /** What the only step of its only builder runs. */
  command: readonly string[];
  /** Builds at once on its worker. */
  atOnce?: number;
}

/** A master with SQLite and one worker, as Debian packages them. */
export class Buildbot {
  readonly master: Started;
  readonly worker: Started;
  private readonly url: string;

  private constructor(master: Started, worker: Started, url: string) {
    this.master = master;
    this.worker = worker;
    this.url = url;
  }

  /** Why it can't be had here; undefined when it can. */
  static get missing(): string | undefined {
    const lacking = PROGRAMS.filter((name) => !which(name, process.env["PATH"] ?? ""));
    if (lacking.length === 0) return undefined;
    return `no ${lacking.join(" and no ")} on PATH; as root on Debian: apt-get install buildbot buildbot-worker`;
  }

  static get version(): string {
    const said = execFileSync("buildbot", ["--version"], { encoding: "utf8" });
    return said.trim().replace(/\s*\n\s*/g, ", ");
  }

  /** Answers when the worker is connected. */
  static async start(folder: string, { command, atOnce = 1 }: BuildbotOptions): Promise<Buildbot> {
    mkdirSync(folder, { recursive: true });
    const [http, pb] = [await freePort(), await freePort()];
    const env = {
      BENCH_COMMAND: command.join("\n"),
      BENCH_AT_ONCE: String(atOnce),
      BENCH_HTTP_PORT: String(http),
      BENCH_WORKER_PORT: String(pb),
    };
    const [master, worker] = [join(folder, "master"), join(folder, "worker")];
    execFileSync("buildbot", ["create-master", "--quiet", master], { stdio: "pipe" });
    copyFileSync(resolve("test/bench/buildbot/master.cfg"), join(master, "master.cfg"));
    const words = ["create-worker", "--quiet", worker, `127.0.0.1:${pb}`, "bench", "bench"];
    execFileSync("buildbot-worker", words, { stdio: "pipe" });
    const start = (program: string, cwd: string) =>
      new Started(program, ["start", "--nodaemon", cwd], { cwd, log: join(cwd, "twistd.log"), env });
    const started = new Buildbot(
      start("buildbot", master),
      start("buildbot-worker", worker),
      `http://127.0.0.1:${http}/api/v2`,
    );
    await started.untilConnected();
    return started;
  }

  /** Asks for a build. */
  async force(): Promise<void> {
    await this.call("forceschedulers/force", "force");
  }

  /** Keeps the worker from new builds, or no longer. */
  async hold(isHeld: boolean): Promise<void> {
    await this.call("workers/1", isHeld ? "pause" : "unpause");
    await eventually("the worker is held or not", async () => {
      const { workers } = await this.get<{ workers: { paused: boolean }[] }>("workers");
      return workers[0]?.paused === isHeld;
    });
  }

  /** Whether every request is done. */
  async isDone(): Promise<boolean> {
    const path = "buildrequests?complete=false&limit=1";
    return (await this.get<{ buildrequests: object[] }>(path)).buildrequests.length === 0;
  }

  /** How many builds succeeded. */
  async succeeded(): Promise<number> {
    const path = "builds?complete=true&results=0&field=buildid&field=complete&field=results";
    return (await this.get<{ builds: object[] }>(path)).builds.length;
  }

  async close(): Promise<void> {
    await this.worker.stop();
    await this.master.stop();
  }

  private async untilConnected(): Promise<void> {
    const connected = async () => {
      if (this.master.hasEnded || this.worker.hasEnded) return true;
      const { workers } = await this.get<{ workers: { connected_to: unknown[] }[] }>("workers");
      return workers[0]?.connected_to.length === 1;
    };
    await eventually("Buildbot's worker is connected", connected, 30_000).catch(() => {});
    if (!this.master.hasEnded && !this.worker.hasEnded && (await connected())) return;
    await this.close();
    throw new Error(`Buildbot's worker didn't connect:\n${this.master.tail()}\n${this.worker.tail()}`);
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  private async call(path: string, method: string): Promise<void> {
    const body = JSON.stringify({ jsonrpc: "2.0", method, params: {}, id: 1 });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.url}/${path}`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
