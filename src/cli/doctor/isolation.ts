import { platform } from "node:os";
import type { AgentConfig } from "../../agent/config.ts";
import { lookAtIsolation } from "../../agent/host/isolation.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { broken, type Check, ok, skipped, wrong } from "./check.ts";

const NAMED = { id: "isolation", title: "Isolation" };
const INSTALL = "On Debian and Ubuntu: apt install bubblewrap. Until then give this host builds only that you trust.";

const NEEDS =
  "Use isolation.mode: auto or required on a Linux host with bubblewrap, or guard the network of the host otherwise.";

const LIMITS =
  "Memory and disk are watched, not limited by the kernel; there is no filter of system calls besides the unit's.";

const OPEN = "isolation.network: allow-list doesn't hold without a sandbox: builds reach all servers.";

/** Whether builds are contained on this host: a tiny sandbox is really tried. */
export async function checkIsolation(config: AgentConfig): Promise<Check> {
  const { program, version, lacking, required } = await lookAtIsolation(config);
  if (program !== "") return ok(NAMED, `bubblewrap ${version} works.${networkWords(config)} ${LIMITS}`);
  const bare = bareWords(config);
  if (bare !== undefined && !required) {
    return config.isolation.network === "allow-list"
      ? wrong(NAMED, "warning", `${bare} ${OPEN}`, NEEDS)
      : skipped(NAMED, bare);
  }
  if (required) return broken(NAMED, failureOf("ISOLATION_UNAVAILABLE", { host: config.name, reason: lacking }));
  const open = config.isolation.network === "allow-list" ? ` ${OPEN}` : "";
  return wrong(NAMED, "warning", `Builds are not contained. ${lacking}${open}`, INSTALL);
}

/** Why there is none, and needn't be. */
function bareWords({ isolation }: AgentConfig): string | undefined {
  if (platform() !== "linux") return "There is a sandbox on Linux only: builds run as the agent's user.";
  return isolation.mode === "off" ? "isolation.mode is off: builds run as the agent's user." : undefined;
}

function networkWords({ isolation: { network, hosts } }: AgentConfig): string {
  if (network === "on") return "";
  if (network === "off") return " Builds have no network (isolation.network: off).";
  const count = hosts.length === 1 ? "1 entry" : `${hosts.length} entries`;
  return ` Of the network builds reach isolation.hosts only (${count}).`;
}
