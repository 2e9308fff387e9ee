import { formatSize } from "../../base/units.ts";
import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";

/** The line of the log that says how this build is kept from its host and from other builds. */
export function containmentLine(
  spec: Pick<JobSpec, "platform">,
  { isolation, controlGroup }: Pick<HostSettings, "isolation" | "controlGroup">,
): string {
  if (!isolation) return "Not contained: commands run as the agent's user (isolation.mode: off)";
  if (isolation.sandboxExec) {
    const network = isolation.network ? "with network" : "without network";
    return `Contained by sandbox-exec: writes files of this build and of Apple's tools only, ${network}; processes and limits are the host's`;
  }
  if (spec.platform === "ios") return "Not contained: builds for ios run as the agent's user";
  if (isolation.program === "") return `Not contained: commands run as the agent's user. ${isolation.lacking}`;
  const limits = [
    isolation.network ? "with network" : "without network",
    ...(isolation.maxMemoryBytes > 0 ? [`${formatSize(isolation.maxMemoryBytes)} of memory`] : []),
    ...(isolation.maxDiskBytes > 0 ? [`${formatSize(isolation.maxDiskBytes)} of disk`] : []),
    ...(isolation.maxProcesses > 0 ? [`${isolation.maxProcesses} processes`] : []),
  ];
  const own = `own processes, files of this build only${isolation.unfiltered === "" ? ", filtered system calls" : ""}`;
  if (controlGroup) limits.push("limits kept by the kernel");
  const unfiltered = isolation.unfiltered ? `. System calls aren't filtered. ${isolation.unfiltered}` : "";
  return `Contained by bubblewrap ${isolation.version}: ${own}, ${limits.join(", ")}${unfiltered}`;
}
