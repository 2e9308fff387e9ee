import { join } from "node:path";
import { cacheFolders } from "../caches/job-folders.ts";
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

/** npm's cache: the job's own where caches are kept for each app and for untrusted builds, else the host's. */
export function npmCacheFolder(context: JobContext): string {
  const { host, spec, caches } = context;
  return caches?.variables["npm_config_cache"] ?? (spec.untrusted ? cacheFolders(host).npm : host.npmCache);
}

/** Where npm puts its debug logs: the job's own, since the cache is shared. */
export function npmLogsFolder(context: JobContext): string {
  return join(context.host.scratch, "npm-logs");
}
