import { platform } from "node:os";
import { delimiter } from "node:path";
import { jobMarker } from "../../protocol/job-folder/paths.ts";
import type { JobContext } from "./context.ts";

/** Tools that meet no UTF-8 locale mangle names, and CocoaPods dies. */
export const UTF8_LOCALE = platform() === "darwin" ? "en_US.UTF-8" : "C.UTF-8";

/**
 * The whole environment of a child: what the host's configuration gives, then `extra`, then what every child of this job
 * must have. Nothing of the supervisor's own environment is handed on.
 */
export function hostEnvironment(context: JobContext, extra: Record<string, string> = {}): Record<string, string> {
  const { host } = context;
  const { traceparent } = context.spec;
  const [name = "", value = ""] = splitMarker(jobMarker(context.spec.lease.leaseId));
  return {
    LANG: UTF8_LOCALE,
    CI: "1",
    ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }),
    ...withTools({ ...host.environment, ...extra }, context.found.tools),
    HOME: host.scratch,
    TMPDIR: host.scratch,
    [name]: value,
  };
}

/** As `hostEnvironment`, with the app's own variables (no secrets) below `extra`. */
export function appEnvironment(context: JobContext, extra: Record<string, string> = {}): Record<string, string> {
  return hostEnvironment(context, { ...context.spec.environment?.variables, ...extra });
}

/** What preflight chose for this app goes before what the host and the app's environment say. */
function withTools(
  variables: Record<string, string>,
  tools: readonly Record<string, string>[],
): Record<string, string> {
  let result = variables;
  for (const tool of tools) {
    const path = [tool["PATH"], result["PATH"]].filter((part) => part !== undefined && part !== "");
    result = { ...result, ...tool, PATH: path.join(delimiter) };
  }
  return result;
}

function splitMarker(marker: string): [string, string] {
  const at = marker.indexOf("=");
  return [marker.slice(0, at), marker.slice(at + 1)];
}
