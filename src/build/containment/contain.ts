import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
import { which } from "../../base/processes/which.ts";
import { jobMarker } from "../../protocol/job-folder/paths.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import { bridgeBefore, proxyVariables } from "../egress/bridge.ts";
import type { JobContext } from "../job/context.ts";
import { openPrivateFolder } from "../job/private-folder.ts";
import { type SandboxedCommand, sandboxArguments } from "./sandbox-arguments.ts";
import { makeWritableFolders } from "./writable-folders.ts";

/** How a command is started so that it runs in a sandbox. */
export interface Containment {
  command: string;
  args: string[];
  cwd: string;
  environment: Record<string, string>;
  /** Call it when the command has ended. */
  close(): void;
}

/**
 * Runs outside of the sandbox, so it must see nothing that an app can set (LD_PRELOAD, say): options and environment come to
 * bubblewrap by a file, where no list of processes shows them either. TERM is for the command, which hears it by the process
 * group: were bubblewrap to die of it, all would be killed at once. Without memory the kernel ends a build before the agent.
 */
const START = `trap '' TERM; echo 500 2>/dev/null >/proc/self/oom_score_adj; exec 3<"$1"; shift; exec "$@"`;
const SYSTEM_PATH = "/usr/bin:/bin";

/**
 * Whether and how this job's commands are contained; undefined where they run as they are. iOS apps are built with tools of
 * macOS only, which has no such sandbox. Throws ISOLATION_UNAVAILABLE where the host demands what it can't have.
 */
export function isolationOf({ host, spec }: Pick<JobContext, "host" | "spec">): Isolation | undefined {
  const { isolation } = host;
  if (!isolation) return undefined;
  const lacking = spec.platform === "ios" ? "Builds for ios run with the tools of macOS." : isolation.lacking;
  if (isolation.program !== "" && spec.platform !== "ios") return isolation;
  if (isolation.required) throw errorOf("ISOLATION_UNAVAILABLE", { host: host.agentName, reason: lacking });
  return undefined;
}

/** Makes ready the sandbox of one command. */
export function contain(
  context: JobContext,
  isolation: Isolation,
  asked: SandboxedCommand & { args: readonly string[]; reachesOut?: boolean },
): Containment {
  const temporary = join(context.paths.folder, "tmp");
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  makeWritableFolders(context);
  const folder = openPrivateFolder(context, newId("containment-"));
  const file = join(folder.path, "options");
  const bridge = context.egress && asked.reachesOut ? bridgeBefore() : [];
  const variables = bridge.length > 0 ? proxyVariables(asked.environment) : {};
  const wanted = { ...asked, environment: { ...asked.environment, ...variables } };
  const options = sandboxArguments(context, isolation, wanted, temporary);
  writeFileSync(file, options.map((option) => `${option}\0`).join(""), { mode: 0o600 });
  const inside = [
    "/usr/bin/env",
    "--default-signal=TERM",
    ...limits(isolation),
    ...bridge,
    wanted.command,
    ...wanted.args,
  ];
  const marker = jobMarker(context.spec.lease.leaseId).split("=");
  return {
    command: "/bin/sh",
    args: ["-c", START, "sh", file, isolation.program, "--args", "3", "--", ...inside],
    cwd: "/",
    environment: { PATH: SYSTEM_PATH, [marker[0] ?? ""]: marker[1] ?? "" },
    close: () => folder.close(),
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
