import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
import { which } from "../../base/processes/which.ts";
import { jobMarker } from "../../protocol/job-folder/paths.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import { bridgeBefore, proxyVariables } from "../egress/bridge.ts";
import type { JobContext } from "../job/context.ts";
import { openPrivateFolder } from "../job/private-folder.ts";
import { systemCallFilter, whyNoFilter } from "../system-calls/filter.ts";
import { containOnMac } from "./contain-on-mac.ts";
import { type Containment, type SandboxedCommand, sandboxArguments } from "./sandbox-arguments.ts";
import { watchGroup } from "./watch-group.ts";
import { makeWritableFolders } from "./writable-folders.ts";

/**
 * Runs outside of the sandbox, so it must see nothing that an app can set (LD_PRELOAD, say): options and environment come to
 * bubblewrap by a file, where no list of processes shows them either. TERM is for the command, which hears it by the process
 * group: were bubblewrap to die of it, all would be killed at once. Without memory the kernel ends a build before the agent.
 * Its words: the control group (or nothing) that it goes to, the file of options, that of the filter (or nothing), the command.
 */
const START = `trap '' TERM; echo 500 2>/dev/null >/proc/self/oom_score_adj; [ -z "$1" ] || echo 0 2>/dev/null >"$1/cgroup.procs"; shift; exec 3<"$1"; shift; [ -z "$1" ] || exec 4<"$1"; shift; exec "$@"`;
/** The same for all commands: it is made while a supervisor waits for its job. */
const FILTER = whyNoFilter(arch()) === undefined ? systemCallFilter(arch()) : "";
const SYSTEM_PATH = "/usr/bin:/bin";

/**
 * Whether and how this job's commands are contained; undefined where they run as they are. Tools that build iOS apps run on
 * macOS, which has another sandbox. Throws ISOLATION_UNAVAILABLE where the host demands what it can't have.
 */
export function isolationOf({ host, spec }: Pick<JobContext, "host" | "spec">): Isolation | undefined {
  const { isolation } = host;
  if (!isolation) return undefined;
  const lacking = spec.platform === "ios" ? "Builds for ios run with the tools of macOS." : isolation.lacking;
  if (isolation.sandboxExec || (isolation.program !== "" && spec.platform !== "ios")) return isolation;
  if (isolation.required) throw errorOf("ISOLATION_UNAVAILABLE", { host: host.agentName, reason: lacking });
  return undefined;
}

/** Makes ready the sandbox of one command. */
export function contain(
  context: JobContext,
  isolation: Isolation,
  asked: SandboxedCommand & { args: readonly string[]; reachesOut?: boolean },
): Containment {
  if (isolation.sandboxExec) return containOnMac(context, isolation, isolation.sandboxExec, asked);
  const temporary = join(context.paths.folder, "tmp");
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  makeWritableFolders(context);
  const folder = openPrivateFolder(context, newId("containment-"));
  const file = join(folder.path, "options");
  const filter = isolation.unfiltered === "" ? join(folder.path, "filter") : "";
  if (filter !== "") writeFileSync(filter, FILTER, { mode: 0o600 });
  const bridge = context.egress && asked.reachesOut ? bridgeBefore() : [];
  const variables = bridge.length > 0 ? proxyVariables(asked.environment) : {};
  const wanted = { ...asked, environment: { ...asked.environment, ...variables } };
  const options = sandboxArguments(context, isolation, wanted, temporary);
  if (filter !== "") options.push("--seccomp", "4");
  writeFileSync(file, options.map((option) => `${option}\0`).join(""), { mode: 0o600 });
  const inside = [
    "/usr/bin/env",
    "--default-signal=TERM",
    ...limits(isolation),
    ...bridge,
    wanted.command,
    ...wanted.args,
  ];
  const words = [context.host.controlGroup ?? "", file, filter];
  const tell = watchGroup(context, isolation);
  const marker = jobMarker(context.spec.lease.leaseId).split("=");
  return {
    command: "/bin/sh",
    args: ["-c", START, "sh", ...words, isolation.program, "--args", "3", "--", ...inside],
    cwd: "/",
    environment: { PATH: SYSTEM_PATH, [marker[0] ?? ""]: marker[1] ?? "" },
    close: () => {
      folder.close();
      tell();
    },
  };
}

/** In a user namespace of its own the kernel counts the processes (and threads) of this sandbox only; root's aren't limited. */
function limits({ maxProcesses }: Isolation): string[] {
  const prlimit = which("prlimit", SYSTEM_PATH);
  if (!prlimit) return [];
  const most = Math.min(maxProcesses, hardProcessLimit());
  // A core dump would hold the secrets of the build.
  return [prlimit, "--core=0:0", ...(maxProcesses === 0 ? [] : [`--nproc=${most}:${most}`])];
}

/** A limit can only be lowered. */
function hardProcessLimit(): number {
  const hard = /^Max processes\s+\S+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}
