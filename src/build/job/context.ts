import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";
import type { JobCaches } from "../caches/job-caches.ts";
import type { Egress } from "../egress/egress.ts";
import type { Findings } from "./findings.ts";
import type { JobLog } from "./log.ts";
import type { MaterialDesk } from "./material-desk.ts";
import type { Parts } from "./parts.ts";
import type { Stop } from "./stop.ts";

/** All that a step may use. One for each job. */
export interface JobContext {
  readonly spec: JobSpec;
  readonly host: HostSettings;
  readonly paths: JobPaths;
  readonly log: JobLog;
  readonly stop: Stop;
  readonly materials: MaterialDesk;
  readonly found: Findings;
  /** Where the time of the running step goes. */
  readonly parts?: Parts;
  /** Missing where the host keeps nothing for later builds. */
  caches?: JobCaches;
  /** The only way out of its sandboxes, where the host allows builds some servers only. */
  egress?: Egress;
}
