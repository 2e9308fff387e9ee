import { execFile } from "node:child_process";

const TIMEOUT_MS = 10_000;

/** What git prints for these arguments in `folder`, or undefined when it fails, is missing or takes too long. */
export function askGit(folder: string, args: readonly string[]): Promise<string | undefined> {
  const options = {
    cwd: folder,
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" },
  };
  return new Promise((resolve) => {
    execFile("git", args, options, (error, stdout) => resolve(error ? undefined : stdout.trimEnd()));
  });
}
