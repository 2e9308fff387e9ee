import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { readEvents } from "../../protocol/job-folder/events.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import type { JournalEntry } from "./lease-journal.ts";

/** The honest end of a job whose supervisor left no result: written to the job folder, so that it is said only once. */
export function resultOfLostJob(paths: JobPaths, entry: JournalEntry, rebooted: boolean): JobResult {
  const reason = "It was ended from outside, or by the system when memory ran out.";
  const failure = rebooted ? failureOf("HOST_RESTARTED") : failureOf("SUPERVISOR_LOST", { reason });
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
