import { homedir } from "node:os";
import type { AgentConfig } from "../config.ts";
import type { CleanSettings } from "./find/find-all.ts";

const DAY_MS = 86_400_000;

/** What the configuration says of cleaning. Space is made at the latest when no build could be begun. */
export function cleanSettings(config: AgentConfig): CleanSettings {
  const { workFolder, disk, buildEnvironment, cordova, job } = config;
  return {
    workFolder,
    limits: {
      keepMs: disk.keepDays * DAY_MS,
      maxCacheBytes: disk.maxCache,
      cleanBelowBytes: Math.max(disk.cleanBelow, disk.minFree),
    },
    userCaches: disk.userCaches,
    home: homedir(),
    environment: buildEnvironment,
    cordovaVersion: cordova.version,
    keepWorktree: job.keepWorktree,
  };
}
