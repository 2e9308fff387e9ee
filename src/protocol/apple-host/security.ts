import { errorOf } from "../../base/errors/millwright-error.ts";
import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";

/** How `security` is run: HOME decides whose keychain search list it edits, PATH which program it is. */
export interface SecurityHost {
  environment: Readonly<Record<string, string>> & { HOME: string; PATH: string };
}

/** It answers in well under a second, unless it waits for someone to click a dialog away. */
const PATIENCE_MS = 60_000;

/**
 * Runs macOS' `security` and answers what it printed on stdout. Throws KEYCHAIN_FAILED, and the reason of `signal` when
 * that aborts. Arguments are seen by everyone on the host: passwords among them have to be worth nothing elsewhere.
 */
export async function security(host: SecurityHost, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const said = { stdout: "", stderr: "" };
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const { environment } = host;
  const exit = await run({
    command: which("security", environment.PATH) ?? "security",
    args,
    cwd: "/",
    environment,
    onOutput: (stream, bytes) => {
      said[stream] += bytes.toString();
    },
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
    graceMs: 1_000,
  });
  signal?.throwIfAborted();
  if (exit.exitCode === 0) return said.stdout;
  throw errorOf("KEYCHAIN_FAILED", { command: args[0] ?? "", reason: reasonOf(exit, said.stderr, patience.aborted) });
}

function reasonOf(exit: Awaited<ReturnType<typeof run>>, stderr: string, timedOut: boolean): string {
  if (exit.failedToStart) return `There is no program named security on the PATH of builds (${exit.failedToStart}).`;
  if (timedOut) return "It did not answer within a minute: most likely macOS shows a dialog that nobody sees.";
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return line === ""
    ? `It ended with ${exit.signal ?? `exit code ${exit.exitCode}`} and said nothing.`
    : `It said: ${line}`;
}
