import type { StepId } from "../../protocol/steps.ts";
import { type CommandEnd, type QuietEnd, runLogged, runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";

/** Configuration that every git of a job runs with, whatever the host's or the repository's files say. */
const SAFE_CONFIG: readonly [string, string][] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["credential.helper", ""],
  ["core.askPass", ""],
  ["protocol.allow", "never"],
  ["protocol.file.allow", "always"],
  ["protocol.git.allow", "always"],
  ["protocol.http.allow", "always"],
  ["protocol.https.allow", "always"],
  ["protocol.ssh.allow", "always"],
  // What is fetched without a branch that holds it must not be swept away while a build uses it.
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["fetch.writeCommitGraph", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["checkout.workers", "0"],
  ["advice.detachedHead", "false"],
  // A server that sends less than this for so long is given up (REPOSITORY_STALLED).
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "60"],
];

/** The environment of a git child: no prompts, no configuration files of the host, English messages. */
export function gitEnvironment(context: JobContext, extra: Record<string, string> = {}): Record<string, string> {
  const config: Record<string, string> = { GIT_CONFIG_COUNT: String(SAFE_CONFIG.length) };
  SAFE_CONFIG.forEach(([key, value], index) => {
    config[`GIT_CONFIG_KEY_${index}`] = key;
    config[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  const ssh = context.host.environment["GIT_SSH_COMMAND"] ?? "ssh -oBatchMode=yes -oConnectTimeout=20";
  return hostEnvironment(context, {
    GIT_SSH_COMMAND: ssh,
    ...config,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    LC_ALL: "C",
    ...extra,
  });
}

export interface GitCall {
  step: StepId;
  args: readonly string[];
  cwd: string;
  environment?: Record<string, string>;
}

/** Runs git with its command line and output in the log. */
export function gitLogged(context: JobContext, call: GitCall): Promise<CommandEnd> {
  const environment = gitEnvironment(context, call.environment);
  return runLogged(context, { ...call, command: "git", environment, thinProgress: true, trusted: true });
}

/** Runs git for its output. */
export function gitQuietly(context: JobContext, call: GitCall): Promise<QuietEnd> {
  const environment = gitEnvironment(context, call.environment);
  return runQuietly(context, { ...call, command: "git", environment, trusted: true });
}
