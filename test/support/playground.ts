import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMarked } from "../../src/base/processes/marked.ts";
import type { BuildDetails } from "../../src/protocol/api.ts";
import { CLI, type Playground, startPlayground } from "../demo/playground.mjs";
import { eventually } from "./eventually.ts";

export interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
  /** Both, as a person would see them. */
  text: string;
}

export interface Ground extends Playground {
  /** Runs the CLI as a process and answers when it has ended. */
  millwright(cwd: string, ...args: string[]): Promise<Ran>;
  build(id: number): Promise<BuildDetails>;
  log(id: number): Promise<string>;
}

export const KIT = process.env["MILLWRIGHT_ANDROID_KIT"];

export interface GroundOptions {
  kit?: string | undefined;
  slots?: number;
  /** Lines added to the agent's configuration. */
  extra?: string;
  /** Of the agent's process, beside the test's own. */
  agentEnvironment?: Record<string, string>;
}

/** A folder, a controller and an agent as processes; `close` ends them, removes the folder and fails if a process is left. */
export async function openGround(options: GroundOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "millwright-e2e-"));
  const playground = await startPlayground({ folder, ...options });
  const { environment } = playground;
  const get = (path: string) =>
    fetch(`${environment.MILLWRIGHT_URL}/api/v1${path}`, {
      headers: { authorization: `Bearer ${environment.MILLWRIGHT_TOKEN}` },
    });
  const ground: Ground = {
    ...playground,
    millwright: (cwd, ...args) => runCli(cwd, args, environment),
    build: async (id) => (await (await get(`/builds/${id}`)).json()) as BuildDetails,
    log: async (id) => (await get(`/builds/${id}/log`)).text(),
  };
  const close = async () => {
    await playground.stop();
    const agentLog = readFileSync(join(folder, "agent-1.log"), "utf8");
    const leases = new Set([...agentLog.matchAll(/"lease":"(l[0-9a-f]+)"/g)].map((match) => match[1]));
    const left = () => [...leases].flatMap((lease) => findMarked(`MILLWRIGHT_LEASE=${lease}`));
    // A supervisor says how its build ended before it removes the checkout: the next build needn't wait for that.
    const checkouts = join(folder, "agent-1/worktrees");
    await eventually("the checkouts are removed", () => readdirSync(checkouts).length === 0, 60_000);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    await eventually("the supervisors have ended", () => left().length === 0);
  };
  return { ground, close };
}

/** Starts the CLI without waiting for it. */
export function startCli(cwd: string, args: string[], environment: object) {
  const env = { ...process.env, ...environment, CI: "1" };
  return spawn(process.execPath, [CLI, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}

function runCli(cwd: string, args: string[], environment: object): Promise<Ran> {
  const child = startCli(cwd, args, environment);
  const ran = { stdout: "", stderr: "", text: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    ran.stdout += bytes;
    ran.text += bytes;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    ran.stderr += bytes;
    ran.text += bytes;
  });
  return new Promise((resolve) => child.once("close", (exit) => resolve({ exit, ...ran })));
}
