import { platform } from "node:os";
import type { AgentConfig } from "../../agent/config.ts";
import { lookAtIsolation } from "../../agent/host/isolation.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { broken, type Check, ok, skipped, wrong } from "./check.ts";

const NAMED = { id: "isolation", title: "Isolation" };
const INSTALL = "On Debian and Ubuntu: apt install bubblewrap. Until then give this host builds only that you trust.";

const LIMITS =
  "Memory and disk are watched, not limited by the kernel; there is no filter of system calls besides the unit's.";

/** Whether builds are contained on this host: a tiny sandbox is really tried. */
export async function checkIsolation(config: AgentConfig): Promise<Check> {
  const { program, version, lacking, required } = await lookAtIsolation(config);
  if (platform() !== "linux")
    return skipped(NAMED, "There is a sandbox on Linux only: builds run as the agent's user.");
  if (program !== "") return ok(NAMED, `bubblewrap ${version} works. ${LIMITS}`);
  if (config.isolation.mode === "off") return skipped(NAMED, "isolation.mode is off: builds run as the agent's user.");
  if (required) return broken(NAMED, failureOf("ISOLATION_UNAVAILABLE", { host: config.name, reason: lacking }));
  return wrong(NAMED, "warning", `Builds are not contained. ${lacking}`, INSTALL);
}
