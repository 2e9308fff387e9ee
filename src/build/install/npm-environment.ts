import { join } from "node:path";
import type { JobContext } from "../job/context.ts";

/** Settings for every npm of a job, also for those that cordova starts. */
export function npmEnvironment(context: JobContext): Record<string, string> {
  return {
    npm_config_cache: npmCacheFolder(context),
    npm_config_logs_dir: npmLogsFolder(context),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    npm_config_progress: "false",
  };
}

/** npm's cache: the job's own where caches are kept for each app, else the host's. */
export function npmCacheFolder(context: JobContext): string {
  return context.caches?.variables["npm_config_cache"] ?? context.host.npmCache;
}

/** Where npm puts its debug logs: the job's own, since the cache is shared. */
export function npmLogsFolder(context: JobContext): string {
  return join(context.host.scratch, "npm-logs");
}
