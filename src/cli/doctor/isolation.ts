import { existsSync } from "node:fs";
import { platform } from "node:os";
import type { AgentConfig } from "../../agent/config.ts";
import { lookAtIsolation } from "../../agent/host/isolation.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { broken, type Check, ok, skipped, wrong } from "./check.ts";

const NAMED = { id: "isolation", title: "Isolation" };
const INSTALL = "On Debian and Ubuntu: apt install bubblewrap. Until then give this host builds only that you trust.";

/** What systemd makes of the unit's Delegate= and DelegateSubgroup=; the agent divides it. */
const UNIT_GROUP = "/sys/fs/cgroup/system.slice/millwright-agent.service/agent";
const LIMITED = "The agent's service limits the memory and processes of builds by control groups; disk is watched.";
const WATCHED =
  "Memory and disk are watched, not limited by the kernel: that takes the agent's service, systemd 254 or later and control groups of version 2; the agent's log says what it has.";
const NEEDS =
  "Use isolation.mode: auto or required on a Linux host with bubblewrap, or guard the network of the host otherwise.";

const OPEN = "isolation.network: allow-list doesn't hold without a sandbox: builds reach all servers.";

/** Whether builds are contained on this host: a tiny sandbox is really tried. */
export async function checkIsolation(config: AgentConfig): Promise<Check> {
  const { program, version, lacking, unfiltered, required, sandboxExec } = await lookAtIsolation(config);
  if (platform() === "darwin" && (sandboxExec || !required)) return onMac(config, sandboxExec, lacking);
  const calls = unfiltered === "" ? "System calls are filtered." : `System calls aren't filtered. ${unfiltered}`;
  if (program !== "") {
    const limits = existsSync(UNIT_GROUP) ? LIMITED : WATCHED;
    return ok(NAMED, `bubblewrap ${version} works.${networkWords(config)} ${calls} ${limits}`);
  }
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

/** A dedicated user is what holds; the sandbox is to be tried by who runs the Mac. */
function onMac({ isolation }: AgentConfig, program: string | undefined, lacking: string): Check {
  if (isolation.network === "allow-list") {
    const found = program
      ? "isolation.network: allow-list is for Linux: on this Mac builds reach no server at all."
      : OPEN;
    return wrong(NAMED, "warning", found, "Use isolation.network: on or off here, or guard the network of the host.");
  }
  if (program) return ok(NAMED, "sandbox-exec works: builds write their own files only, and can't read the agent's.");
  if (isolation.mode === "off" || isolation.sandboxExec === "off") {
    return skipped(
      NAMED,
      "Builds run as the agent's user, who should own nothing else. Try isolation.sandboxExec: auto with your apps.",
    );
  }
  return wrong(NAMED, "warning", `Builds are not contained. ${lacking}`, "Give this Mac builds only that you trust.");
}
