import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";

export interface Limits {
  /** For the whole job. */
  timeoutMs: number;
  /** Who set that limit, in words. */
  timeoutOf: string;
  /** For a step that prints nothing. */
  silenceMs: number;
}

/** The smaller one of what the app wants and what the host allows. */
export function limitsOf(
  spec: Pick<JobSpec, "app" | "timeoutMs">,
  host: Pick<HostSettings, "timeoutMs" | "silenceMs">,
): Limits {
  const { silenceMs } = host;
  if (spec.timeoutMs === undefined || spec.timeoutMs >= host.timeoutMs)
    return { timeoutMs: host.timeoutMs, timeoutOf: "the agent's: job.timeout in its configuration", silenceMs };
  const timeoutOf = `the app's: millwright apps set ${spec.app.name} --timeout-minutes MINUTES`;
  return { timeoutMs: spec.timeoutMs, timeoutOf, silenceMs };
}
