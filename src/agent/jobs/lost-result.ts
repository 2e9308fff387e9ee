import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { formatSize } from "../../base/units.ts";
import { readEvents } from "../../protocol/job-folder/events.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import { freeBytes } from "../host/disk.ts";
import type { JournalEntry } from "./lease-journal.ts";

/** Less than this is what a full disk looks like when someone comes to see. */
const FULL_BYTES = 4 * 2 ** 20;

/** Why a supervisor left no result, as far as the host can tell. To be asked before anything of the job is removed. */
export async function whyLost(entry: JournalEntry, context: { bootId: string; workFolder: string }): Promise<Failure> {
  if (entry.bootId !== context.bootId) return failureOf("HOST_RESTARTED");
  const free = await freeBytes(context.workFolder);
  if (free < FULL_BYTES) {
    const reason = `The process that ran the build ended when ${formatSize(free)} were free in the agent's work folder.`;
    return failureOf("DISK_FULL", { reason });
  }
  const reason = "It was ended from outside, or by the system when memory ran out.";
  return failureOf("SUPERVISOR_LOST", { reason });
}

/** The honest end of a job whose supervisor left no result: written to the job folder, so that it is said only once. */
export function resultOfLostJob(paths: JobPaths, entry: JournalEntry, failure: Failure): JobResult {
  appendFileSync(paths.log, `\n[millwright: ${failure.what} ${failure.next}]\n`, { mode: 0o600 });
  const log = readFileSync(paths.log);
  const events = existsSync(paths.events) ? readEvents(paths.events, 0) : [];
  const began = statSync(paths.lease).birthtimeMs;
  const result: JobResult = {
    outcome: entry.cancelRequested ? "canceled" : "failed",
    ...(entry.cancelRequested ? {} : { failure }),
    startedAtMs: Math.round(began),
    finishedAtMs: Date.now(),
    logLength: log.length,
    logSha256: createHash("sha256").update(log).digest("hex"),
    logTruncated: false,
    lastEventSeq: events.at(-1)?.seq ?? 0,
    artifacts: [],
  };
  writeFileAtomically(paths.result, JSON.stringify(result));
  return result;
}
