import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Redactor } from "../../src/base/redaction/redactor.ts";
import type { JobContext } from "../../src/build/job/context.ts";
import { JobLog } from "../../src/build/job/log.ts";
import { MaterialDesk } from "../../src/build/job/material-desk.ts";
import { Stop } from "../../src/build/job/stop.ts";
import { LogSpool } from "../../src/protocol/job-folder/log-spool.ts";
import { jobPaths } from "../../src/protocol/job-folder/paths.ts";
import type { HostSettings, JobSpec } from "../../src/protocol/job-folder/spec.ts";

const LOG_LIMIT = 2 ** 30;

/** The context of a job in a new folder, made of the product's own parts, with this redactor in its log. */
export function jobIn(folder: string, redactor: Redactor): { context: JobContext; spool: LogSpool } {
  mkdirSync(folder, { recursive: true });
  const paths = jobPaths(folder);
  const spool = new LogSpool(paths.log, LOG_LIMIT, 0);
  const log = new JobLog(spool, redactor, (error) => {
    throw error;
  });
  const [spec, host, stop] = [specOf(), hostIn(folder), new Stop()];
  const materials = new MaterialDesk(spec, host, log, stop);
  return {
    context: {
      spec,
      host,
      paths,
      log,
      stop,
      materials,
      found: { artifacts: [], subfolder: "", tools: [], mirrors: new Set(), mended: new Set() },
    },
    spool,
  };
}

function specOf(): JobSpec {
  return {
    lease: { leaseId: "lease", buildId: 1, attempt: 1, fence: 1 },
    kind: "deploy",
    platform: "web",
    buildType: "",
    app: { id: "app", name: "app", gitUrl: "https://git.test/app.git", subfolder: "" },
    commit: "main",
    materials: [],
  };
}

function hostIn(folder: string): HostSettings {
  return {
    agentName: "agent",
    mirrorsFolder: join(folder, "mirrors"),
    worktree: join(folder, "worktree"),
    toolsFolder: join(folder, "tools"),
    scratch: join(folder, "scratch"),
    npmCache: join(folder, "npm"),
    environment: {},
    nodeFolders: [],
    xcodeFolders: [],
    preferredXcode: "",
    targetPlatforms: [],
    userHome: folder,
    cordovaVersion: "",
    platformVersions: {},
    minFreeBytes: 0,
    cancelGraceMs: 1000,
    timeoutMs: 60_000,
    silenceMs: 60_000,
    keepWorktree: false,
    terminal: false,
    logLimitBytes: LOG_LIMIT,
    logTailBytes: 0,
    materialSocket: "",
    materialKey: "",
  };
}
