import { formatSize } from "../../base/units.ts";
import type { HostSettings, Isolation, JobSpec } from "../../protocol/job-folder/spec.ts";

/** What the log says of a build whose commit its app doesn't trust. */
export function trustLine(
  { untrusted, platform }: Pick<JobSpec, "untrusted" | "platform">,
  { isolation }: Pick<HostSettings, "isolation">,
): string | undefined {
  if (!untrusted) return undefined;
  const isContained = isolation !== undefined && isolation.program !== "" && platform !== "ios";
  const open = isContained ? "" : ". Without a sandbox nothing keeps it from what other builds of this host share";
  return `Untrusted: the app's trusted branches don't hold this commit. No secrets, and nothing is kept for later builds${open}`;
}

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
  const open = isolation.hosts ? ". They reach all servers: isolation.network: allow-list needs a sandbox" : "";
  if (spec.platform === "ios") return `Not contained: builds for ios run as the agent's user${open}`;
  if (isolation.program === "") return `Not contained: commands run as the agent's user. ${isolation.lacking}${open}`;
  const limits = [
    networkWords(isolation),
    ...(isolation.maxMemoryBytes > 0 ? [`${formatSize(isolation.maxMemoryBytes)} of memory`] : []),
    ...(isolation.maxDiskBytes > 0 ? [`${formatSize(isolation.maxDiskBytes)} of disk`] : []),
    ...(isolation.maxProcesses > 0 ? [`${isolation.maxProcesses} processes`] : []),
  ];
  const own = `own processes, files of this build only${isolation.unfiltered === "" ? ", filtered system calls" : ""}`;
  if (controlGroup) limits.push("limits kept by the kernel");
  const unfiltered = isolation.unfiltered ? `. System calls aren't filtered. ${isolation.unfiltered}` : "";
  return `Contained by bubblewrap ${isolation.version}: ${own}, ${limits.join(", ")}${unfiltered}`;
}

function networkWords({ network, hosts }: Isolation): string {
  if (!hosts) return network ? "with network" : "without network";
  const shown = hosts.length > 0 ? hosts.slice(0, 12).join(" ") : "none";
  return `of the network only isolation.hosts (${shown}${hosts.length > 12 ? ` and ${hosts.length - 12} more` : ""})`;
}
