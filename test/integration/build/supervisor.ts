import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { isAlive } from "../../../src/base/processes/alive.ts";
import { trySandbox } from "../../../src/build/toolchain/sandbox.ts";
import { readEvents } from "../../../src/protocol/job-folder/events.ts";
import { jobPaths } from "../../../src/protocol/job-folder/paths.ts";
import type { JobResult } from "../../../src/protocol/job-folder/result.ts";
import type { HostSettings, Isolation, JobSpec } from "../../../src/protocol/job-folder/spec.ts";
import { type Replies, serveMaterial } from "./material-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MAIN = resolve("dist/build/main.js");

/** As `isolation.mode: auto` of an agent on this machine gives it. */
export const ISOLATION: Isolation = {
  ...(await trySandbox(true)),
  required: false,
  network: true,
  readable: [],
  writable: [],
  maxProcesses: 0,
  maxMemoryBytes: 0,
  maxDiskBytes: 0,
};

/** As with `isolation.mode: off`. */
export const UNCONTAINED: Isolation = { ...ISOLATION, program: "", lacking: "isolation.mode is off." };

export interface RunningJob {
  child: ChildProcess;
  paths: ReturnType<typeof jobPaths>;
  host: HostSettings;
  leaseId: string;
  asked: string[];
  log(): string;
  steps(): string[];
  /** Waits for the supervisor's end and answers what it wrote. */
  result(): Promise<JobResult>;
}

export interface JobRequest {
  spec: Partial<JobSpec> & { gitUrl: string; commit: string; subfolder?: string };
  host?: Partial<HostSettings>;
  materials?: Replies;
  /** Folders of an earlier job's host, to share mirror and tools. */
  root?: string;
}

/** Lays out a job folder and starts the built supervisor on it, as the daemon does. */
export async function startJob(request: JobRequest): Promise<RunningJob> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing. Run: npm run build`);
  const root = request.root ?? temporaryFolder();
  const leaseId = newId("l");
  const paths = jobPaths(join(root, "jobs", leaseId));
  mkdirSync(paths.folder, { recursive: true });
  const host = hostOf(root, leaseId, request.host);
  const spec = specOf(leaseId, request);
  const asked = await serveMaterial(host.materialSocket, host.materialKey, request.materials ?? {});
  writeFileSync(paths.spec, JSON.stringify(spec));
  writeFileSync(paths.host, JSON.stringify(host));
  const output = openSync(paths.supervisorLog, "a");
  const child = spawn(process.execPath, [MAIN], { detached: true, stdio: ["pipe", output, output] });
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined && isAlive(child.pid)) child.kill("SIGKILL");
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin?.end(`${JSON.stringify({ folder: paths.folder })}\n`);
  return {
    child,
    paths,
    host,
    leaseId,
    asked,
    log: () => (existsSync(paths.log) ? readFileSync(paths.log, "utf8") : ""),
    steps: () =>
      readEvents(paths.events, 0).flatMap((event) =>
        event.kind === "step-finished" ? [`${event.step}: ${event.outcome}`] : [],
      ),
    result: async () => {
      await exited;
      if (!existsSync(paths.result)) throw new Error(`no result: ${readFileSync(paths.supervisorLog, "utf8")}`);
      return JSON.parse(readFileSync(paths.result, "utf8")) as JobResult;
    },
  };
}

/** Runs a job to its end. */
export async function runToEnd(request: JobRequest): Promise<RunningJob & { end: JobResult }> {
  const job = await startJob(request);
  return { ...job, end: await job.result() };
}

function hostOf(root: string, leaseId: string, overrides: Partial<HostSettings> = {}): HostSettings {
  const { environment, ...others } = overrides;
  return {
    agentName: "test-host",
    mirrorsFolder: join(root, "mirrors"),
    worktree: join(root, "work", leaseId),
    toolsFolder: join(root, "tools"),
    scratch: join(root, "scratch", leaseId),
    npmCache: join(root, "npm-cache"),
    environment: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, ...environment },
    nodeFolders: [],
    xcodeFolders: [],
    preferredXcode: "",
    targetPlatforms: [],
    userHome: root,
    cordovaVersion: "12.0.0",
    platformVersions: { android: "8.1.0" },
    minFreeBytes: 1,
    cancelGraceMs: 1_000,
    timeoutMs: 300_000,
    silenceMs: 120_000,
    keepWorktree: false,
    terminal: false,
    logLimitBytes: 16 * 2 ** 20,
    logTailBytes: 2 ** 20,
    materialSocket: join(root, `${leaseId}.sock`),
    materialKey: "the-key",
    isolation: ISOLATION,
    ...others,
  };
}

function specOf(leaseId: string, request: JobRequest): JobSpec {
  const { gitUrl, subfolder = "", ...overrides } = request.spec;
  return {
    lease: { leaseId, buildId: 7, attempt: 1, fence: 1 },
    kind: "deploy",
    platform: "web",
    buildType: "",
    app: { id: "a1", name: "Hello", gitUrl, subfolder },
    materials: Object.keys(request.materials ?? {}) as JobSpec["materials"],
    ...overrides,
  };
}
