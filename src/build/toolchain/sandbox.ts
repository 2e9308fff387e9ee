import { arch, platform } from "node:os";
import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";
import { systemCallFilter, whyNoFilter } from "../system-calls/filter.ts";

/** bubblewrap as this host has it. `lacking` says why commands can't be contained with it; empty when they can. */
export interface Sandbox {
  program: string;
  version: string;
  lacking: string;
  /** Why system calls of commands aren't filtered; empty when they are. */
  unfiltered: string;
}

/** Never taken from the PATH of builds: what contains them must be the system's. */
const PLACES = "/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin";
const PATIENCE_MS = 10_000;

/**
 * What every sandbox has of its own, whatever is mounted: users, processes, shared memory, host name. Nothing in it can gain a
 * privilege (bubblewrap sets no_new_privs), and it ends with the process that started it. Control groups stay the host's: in a
 * namespace of their own Java 17 fails to read its limits (NullPointerException of its OperatingSystemMXBean, measured).
 */
export function namespaceArguments(network: boolean): string[] {
  const own = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"];
  // Without --disable-userns a command could make a namespace where it is root: most holes of kernels need that.
  const none = ["--disable-userns", "--cap-drop", "ALL", "--die-with-parent"];
  return [...own, ...(network ? [] : ["--unshare-net"]), ...none];
}

/** Looks for bubblewrap and runs a tiny sandbox of the kind that builds get, with a filter of system calls if it may. Never throws. */
export async function trySandbox(network: boolean, seccomp: "auto" | "off" = "auto"): Promise<Sandbox> {
  if (platform() !== "linux") return without("This system has no bubblewrap: it is Linux' own.");
  const program = which("bwrap", PLACES);
  if (!program) return without("bubblewrap is not installed (Debian and Ubuntu: apt install bubblewrap).");
  const version = /(\d+(?:\.\d+)+)/.exec((await said(program, ["--version"])).text)?.[1] ?? "";
  if (!isNewEnough(version)) return without(`bubblewrap is ${version || "of unknown version"}, and 0.8.0 is needed.`);
  const noFilter = seccomp === "off" ? "isolation.seccomp is off in the agent's configuration." : whyNoFilter(arch());
  const filtered = noFilter === undefined ? await tiny(program, network, systemCallFilter(arch())) : undefined;
  if (filtered?.ok) return { program, version, lacking: "", unfiltered: "" };
  const { ok, text } = await tiny(program, network);
  const unfiltered = noFilter ?? `The kernel takes no filter of system calls: ${filtered?.text.trim()}`;
  if (ok) return { program, version, lacking: "", unfiltered };
  return without(`A sandbox was tried and failed: ${text.trim() || "it said nothing"}.${hint(text)}`);
}

/** Runs `true` in a sandbox. */
function tiny(program: string, network: boolean, filter?: Buffer): Promise<{ ok: boolean; text: string }> {
  const mounts = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];
  const words = ["/usr/bin/env", "--default-signal=TERM", "true"];
  const own = [...namespaceArguments(network), ...(filter ? ["--seccomp", "0"] : [])];
  return said(program, [...own, ...mounts, "--", ...words], filter);
}

function without(lacking: string): Sandbox {
  return { program: "", version: "", lacking, unfiltered: lacking };
}

/** `--disable-userns` came with 0.8.0. */
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 0 || minor >= 8;
}

/** What usually stands behind bubblewrap's own words. */
function hint(text: string): string {
  if (/proc/.test(text) && /Operation not permitted/.test(text)) {
    return " Something covers a part of /proc here (a container, or ProtectKernelTunables= of a systemd unit), and then the kernel allows no new one.";
  }
  if (
    /uid map|[Uu]ser namespace|Creating new namespace|Operation not permitted|Permission denied|No space left/.test(
      text,
    )
  ) {
    return " This user may make no namespaces: see sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone (Debian), kernel.apparmor_restrict_unprivileged_userns (Ubuntu), RestrictNamespaces= of a systemd unit.";
  }
  return "";
}

async function said(program: string, args: readonly string[], input?: Buffer): Promise<{ ok: boolean; text: string }> {
  let text = "";
  const exit = await run({
    command: program,
    args,
    cwd: "/",
    environment: { PATH: "/usr/bin:/bin" },
    ...(input ? { input } : {}),
    signal: AbortSignal.timeout(PATIENCE_MS),
    graceMs: 100,
    onOutput: (_stream, bytes) => {
      text += bytes.toString();
    },
  });
  return { ok: exit.exitCode === 0, text };
}
