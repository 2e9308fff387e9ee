import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeFileAtomically } from "../../base/files.ts";
import { jobPaths } from "../../protocol/job-folder/paths.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { JOURNAL } from "../../protocol/version.ts";

/** What the daemon needs to take a job up again after it was away: written before the job begins. */
export interface JournalEntry {
  lease: LeaseRef;
  jobToken: string;
  materialKey: string;
  bootId: string;
  /** The supervisor that has the job. Its start time tells it from a later process with the same pid. */
  supervisor: { pid: number; startTime: string | undefined };
  cancelRequested: boolean;
  /** As of `JOURNAL`; the first releases wrote none. */
  format?: number;
}

/** The folders of jobs below the agent's work folder. */
export class LeaseJournal {
  readonly folder: string;
  /** Leases whose journal a newer release has written: this one leaves them as they are. */
  readonly tooNew: { leaseId: string; format: number }[] = [];

  constructor(workFolder: string) {
    this.folder = join(workFolder, "jobs");
  }

  pathsOf(leaseId: string) {
    return jobPaths(join(this.folder, leaseId));
  }

  write(entry: JournalEntry): void {
    writeFileAtomically(this.pathsOf(entry.lease.leaseId).lease, JSON.stringify({ format: JOURNAL.max, ...entry }));
  }

  /** Every job that was begun and not yet forgotten. A folder without a whole journal never began: it is removed. */
  entries(): JournalEntry[] {
    const entries: JournalEntry[] = [];
    for (const name of readdirSync(this.folder)) {
      const paths = this.pathsOf(name);
      const entry = readWhole(paths.lease);
      const format = entry?.format ?? JOURNAL.min;
      if (entry && format > JOURNAL.max) this.tooNew.push({ leaseId: name, format });
      else if (entry) entries.push(entry);
      else rmSync(paths.folder, { recursive: true, force: true });
    }
    return entries;
  }

  forget(leaseId: string): void {
    rmSync(this.pathsOf(leaseId).folder, { recursive: true, force: true });
  }
}

/** A file that a dying disk has damaged must not keep the agent from its other jobs. */
function readWhole(file: string): JournalEntry | undefined {
  try {
    return readJson<JournalEntry>(file);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
