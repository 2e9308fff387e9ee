import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jobPaths } from "../../protocol/job-folder/paths.ts";
import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";
import { gitQuietly } from "../checkout/git.ts";
import { withMirrorLock } from "../checkout/mirror.ts";
import { OK, type Step } from "../job/step.ts";
import { Stop } from "../job/stop.ts";
import { runJob } from "./run-job.ts";

/** As the first step of a build: a lock, and one short command. */
const STEP: Step = {
  id: "fetch",
  async run(context) {
    const { folder } = context.paths;
    const ask = () => gitQuietly(context, { step: "fetch", args: ["--version"], cwd: folder });
    await withMirrorLock(context, join(context.host.mirrorsFolder, "none"), "rehearsal", ask);
    return OK;
  },
};

/**
 * Runs a job of nothing in `folder`, which is made and removed: what the engine compiles and loads at the first use, the first
 * build then needn't wait for. Throws when the folder can't be made.
 */
export async function rehearse(folder: string): Promise<void> {
  mkdirSync(folder, { mode: 0o700 });
  try {
    const { spec, host } = jobPaths(folder);
    writeFileSync(spec, JSON.stringify(specOfNothing()), { mode: 0o600 });
    writeFileSync(host, JSON.stringify(hostOf(folder)), { mode: 0o600 });
    await runJob(
      folder,
      new Stop(),
      () => {}, // a host without git is told of at the first build
      () => [STEP],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function specOfNothing(): JobSpec {
  return {
    lease: { leaseId: "rehearsal", buildId: 0, attempt: 1, fence: 0 },
    kind: "deploy",
    platform: "web",
    buildType: "",
    app: { id: "", name: "", gitUrl: "", subfolder: "" },
    commit: "",
    materials: [],
  };
}

function hostOf(folder: string): HostSettings {
  return {
    agentName: "",
    mirrorsFolder: join(folder, "mirrors"),
    worktree: join(folder, "worktree"),
    toolsFolder: folder,
    scratch: join(folder, "scratch"),
    npmCache: folder,
    environment: { PATH: process.env["PATH"] ?? "" },
    nodeFolders: [],
    xcodeFolders: [],
    preferredXcode: "",
    targetPlatforms: [],
    userHome: folder,
    cordovaVersion: "",
    platformVersions: {},
    minFreeBytes: 0,
    cancelGraceMs: 1_000,
    timeoutMs: 10_000,
    silenceMs: 10_000,
    keepWorktree: false,
    terminal: false,
    logLimitBytes: 65_536,
    logTailBytes: 1_024,
    materialSocket: "",
    materialKey: "",
  };
}
