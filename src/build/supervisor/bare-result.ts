import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { errorOf, type MillwrightError, toFailure } from "../../base/errors/millwright-error.ts";
import { readJson, writeFileAtomically } from "../../base/files.ts";
import { readEvents } from "../../protocol/job-folder/events.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import type { HostSettings } from "../../protocol/job-folder/spec.ts";

/** The end of a job that broke off where it shouldn't: what the folder holds of log and events, and the failure. */
export function bareResult(paths: JobPaths, error: unknown, startedAtMs: number): JobResult {
  const log = existsSync(paths.log) ? readFileSync(paths.log) : Buffer.alloc(0);
  return {
    outcome: "failed",
    failure: toFailure(isDiskFull(error) ? lostWrite(error as Error) : error),
    startedAtMs,
    finishedAtMs: Date.now(),
    logLength: log.length,
    logSha256: createHash("sha256").update(log).digest("hex"),
    logTruncated: false,
    lastEventSeq: readEvents(paths.events, 0).at(-1)?.seq ?? 0,
    artifacts: [],
  };
}

/** Writes the result; on a full disk the checkout goes first, because nothing needs it any more. */
export function writeResult(paths: JobPaths, result: JobResult): void {
  const text = `${JSON.stringify(result, null, 2)}\n`;
  try {
    writeFileAtomically(paths.result, text);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const host = readJson<HostSettings>(paths.host);
    for (const folder of [host?.scratch, host?.worktree]) if (folder) rmSync(folder, { recursive: true, force: true });
    writeFileAtomically(paths.result, text);
  }
}

/** What a write to the job folder failed of. */
export function lostWrite(error: Error): MillwrightError {
  return errorOf("DISK_FULL", { reason: `Writing the job's files failed: ${error.message}.` }, { cause: error });
}

function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}
