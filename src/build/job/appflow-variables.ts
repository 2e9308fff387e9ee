import type { JobContext } from "./context.ts";
import { known } from "./findings.ts";

/** The variables that Appflow sets in every build, under its names, so that scripts written for it go on working. */
export function appflowVariables(context: JobContext): Record<string, string> {
  const { spec } = context;
  const commit = known(context.found, "commit");
  return {
    CI_APP_ID: spec.app.id,
    CI_APP_NAME: spec.app.name,
    CI_BUILD_ID: String(spec.lease.buildId),
    CI_BUILD_NUMBER: String(spec.lease.buildId),
    CI_GIT_COMMIT_SHA: commit.sha,
    CI_GIT_COMMIT_MSG: commit.message,
    CI_GIT_REF: commit.ref,
    CI_GIT_REF_TYPE: commit.refType,
    CI_PLATFORM: spec.platform,
  };
}
