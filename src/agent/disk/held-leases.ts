import { join } from "node:path";
import { readJson } from "../../base/files.ts";
import { jobPaths } from "../../protocol/job-folder/paths.ts";
import type { HostSettings } from "../../protocol/job-folder/spec.ts";
import { entriesOf, look } from "./measure.ts";

/** What the builds that run now, or wait to be delivered, keep from being cleaned away. */
export interface HeldLeases {
  ids: ReadonlySet<string>;
  /** When the first of them began; undefined when there is none. */
  since: number | undefined;
  cordovaVersions: ReadonlySet<string>;
}

/** As the job folders say, so that it is also known to who isn't the daemon. */
export function heldLeases(workFolder: string): HeldLeases {
  const ids = heldIds(workFolder);
  const began = ids.map((id) => look(join(workFolder, "jobs", id))?.birthtimeMs ?? Date.now());
  const versions = ids.flatMap((id) => hostOf(workFolder, id)?.cordovaVersion ?? []);
  return {
    ids: new Set(ids),
    since: began.length > 0 ? Math.min(...began) : undefined,
    cordovaVersions: new Set(versions),
  };
}

/** A build that is just being begun has a folder before it has a journal. */
export const YOUNG_MS = 10 * 60_000;

/** Those with a journal, and those that may be about to get one. */
export function heldIds(workFolder: string, now = Date.now()): string[] {
  const jobs = join(workFolder, "jobs");
  return entriesOf(jobs)
    .map(({ name }) => name)
    .filter((name) => {
      if (look(jobPaths(join(jobs, name)).lease)) return true;
      return now - (look(join(jobs, name))?.mtimeMs ?? 0) < YOUNG_MS;
    });
}

function hostOf(workFolder: string, leaseId: string): HostSettings | undefined {
  try {
    return readJson<HostSettings>(jobPaths(join(workFolder, "jobs", leaseId)).host);
  } catch {
    return undefined; // just being written, or damaged
  }
}
