import { readJson } from "../../base/files.ts";
import { type JobPaths, jobPaths } from "../../protocol/job-folder/paths.ts";
import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";

export interface Job {
  paths: JobPaths;
  spec: JobSpec;
  host: HostSettings;
}

/** Reads what the daemon laid into the job folder. Throws when a file is missing or broken: that is a bug. */
export function readJob(folder: string): Job {
  const paths = jobPaths(folder);
  const spec = readJson<JobSpec>(paths.spec);
  const host = readJson<HostSettings>(paths.host);
  if (!spec || !host) throw new Error(`the job folder ${folder} lacks ${spec ? "host.json" : "spec.json"}`);
  return { paths, spec, host };
}
