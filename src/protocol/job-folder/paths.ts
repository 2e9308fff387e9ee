import { join } from "node:path";

/**
 * The files of a job folder: the contract between the daemon and the supervisor. Everything that crosses to the controller
 * is read from here, so that it can always be sent again.
 */
export function jobPaths(folder: string) {
  return {
    folder,
    /** JobSpec, by the daemon. */
    spec: join(folder, "spec.json"),
    /** HostSettings, by the daemon. */
    host: join(folder, "host.json"),
    /** The daemon's journal: lease, job token, supervisor process. */
    lease: join(folder, "lease.json"),
    /** Redacted bytes, by the supervisor. */
    log: join(folder, "log"),
    /** JobEvent lines, by the supervisor. */
    events: join(folder, "events.ndjson"),
    /** JobResult, by the supervisor, last. */
    result: join(folder, "result.json"),
    /** Files of JobResult.artifacts. */
    artifacts: join(folder, "artifacts"),
    /** What the supervisor process itself says: for bug reports, never of a build. */
    supervisorLog: join(folder, "supervisor.log"),
  };
}

export type JobPaths = ReturnType<typeof jobPaths>;

/** The entry by which every process of a job is found, also after it left its group. */
export function jobMarker(leaseId: string): string {
  return `MILLWRIGHT_LEASE=${leaseId}`;
}

/**
 * Where a job may lay secret files while a step needs them: in memory where the host has that, else in the job folder. What
 * is found there after the supervisor's end was left by a crash and has to go.
 */
export function privateFolders(folder: string, leaseId: string): { memory: string; disk: string } {
  return { memory: join("/dev/shm", `millwright-${leaseId}`), disk: join(folder, "private") };
}
