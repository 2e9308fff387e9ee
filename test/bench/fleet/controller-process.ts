import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { wait } from "../../../src/base/time/wait.ts";

const TICKS_A_SECOND = 100;

/** What a process takes: bytes, and seconds of a core since its start. */
export interface Load {
  rssBytes: number;
  cpuSeconds: number;
}

/** A controller as its users run it: SQLite, TLS, all by default. */
export class ControllerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly grpcAddress: string;
  readonly caFile: string | undefined;
  private readonly token: string;

  private constructor(child: ChildProcess, data: string) {
    const addresses = JSON.parse(readFileSync(join(data, "addresses.json"), "utf8")) as Record<string, string>;
    this.child = child;
    this.url = addresses["http"] ?? "";
    this.grpcAddress = addresses["grpc"] ?? "";
    this.caFile = addresses["caFile"];
    this.token = readFileSync(join(data, "admin.token"), "utf8").trim();
  }

  /** On a data folder; with `profileFolder` a CPU profile is written there when it ends. */
  static async start(data: string, { plain = false, profileFolder = "", log = "" } = {}): Promise<ControllerProcess> {
    const profile = profileFolder === "" ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
    const command = [...profile, "dist/cli/main.js", "controller", "--data", data, "--log-level", log || "error"];
    const where = ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", ...(plain ? ["--insecure-grpc"] : [])];
    const child = spawn(process.execPath, [...command, ...where], { stdio: ["ignore", "inherit", "inherit"] });
    for (const until = Date.now() + 60_000; Date.now() < until && child.exitCode === null; await wait(50)) {
      if (existsSync(join(data, "addresses.json"))) return new ControllerProcess(child, data);
    }
    child.kill("SIGKILL");
    throw new Error("the controller didn't start");
  }

  /** One request of the API. Throws what it answers when that is no success. */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.token}`, ...(body ? { "content-type": "application/json" } : {}) };
    const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await fetch(`${this.url}${path}`, request);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return (text.startsWith("{") ? JSON.parse(text) : text) as T;
  }

  /** The builds that are not over, as the metrics count them. */
  async openBuilds(): Promise<{ queued: number; running: number }> {
    const text = await this.ask<string>("GET", "/metrics");
    const sum = (status: string) =>
      [...text.matchAll(new RegExp(`^millwright_controller_builds\\{.*status="${status}".*\\} (\\d+)`, "gm"))]
        .map((found) => Number(found[1]))
        .reduce((all, each) => all + each, 0);
    return { queued: sum("queued") + sum("pending"), running: sum("running") };
  }

  load(): Load {
    const { pid } = this.child;
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return { rssBytes: Number(rss) * 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 60_000);
    await ended;
    clearTimeout(timer);
  }
}
