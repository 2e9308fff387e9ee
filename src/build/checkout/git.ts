import type { StepId } from "../../protocol/steps.ts";
import { type CommandEnd, type QuietEnd, runLogged, runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";

/** Configuration that every git of a job runs with, whatever the host's or the repository's files say. */
const SAFE_CONFIG: readonly GitSetting[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["credential.helper", ""],
  ["core.askPass", ""],
  ["core.attributesFile", "/dev/null"],
  ["core.excludesFile", "/dev/null"],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  ["init.defaultBranch", "main"],
  ["protocol.allow", "never"],
  ["protocol.file.allow", "always"],
  ["protocol.git.allow", "always"],
  ["protocol.http.allow", "always"],
  ["protocol.https.allow", "always"],
  ["protocol.ssh.allow", "always"],
  // A pack appears as a whole: while single objects are written, a commit may be there before what hangs on it.
  ["fetch.unpackLimit", "1"],
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

export type GitSetting = readonly [key: string, value: string];

/** For what the commit names, and not the app's settings: its addresses were looked at before, and this is the second wall. */
export const FOREIGN_CONFIG: readonly GitSetting[] = [
  ["protocol.file.allow", "never"],
  ["protocol.git.allow", "never"],
];

/** The environment of a git child: no prompts, no configuration files of the host, English messages. */
export function gitEnvironment(
  context: JobContext,
  settings: readonly GitSetting[],
  extra: Record<string, string> = {},
): Record<string, string> {
  const all = [...SAFE_CONFIG, ...settings];
  const config: Record<string, string> = { GIT_CONFIG_COUNT: String(all.length) };
  all.forEach(([key, value], index) => {
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
  /** Beside those that every git runs with, or instead of them. */
  settings?: readonly GitSetting[];
  input?: string;
}

/** Runs git with its command line and output in the log. */
export function gitLogged(context: JobContext, call: GitCall): Promise<CommandEnd> {
  const environment = environmentOf(context, call);
  return runLogged(context, { ...call, command: "git", environment, thinProgress: true, trusted: true });
}

/** Runs git for its output. */
export function gitQuietly(context: JobContext, call: GitCall): Promise<QuietEnd> {
  return runQuietly(context, { ...call, command: "git", environment: environmentOf(context, call), trusted: true });
}

/** The folders that git works in are ours, whoever owns them where the agent runs in a container. */
function environmentOf(context: JobContext, { cwd, settings = [], environment }: GitCall): Record<string, string> {
  return gitEnvironment(context, [["safe.directory", cwd], ...settings], environment);
}
