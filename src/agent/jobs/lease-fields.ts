import type { LeaseRef } from "../../protocol/job-folder/spec.ts";

/** What each line of the log about a build carries; docs/watching.md names the fields. */
export function leaseFields({ buildId, leaseId, attempt }: Pick<LeaseRef, "buildId" | "leaseId" | "attempt">) {
  return { build: buildId, lease: leaseId, attempt };
}
