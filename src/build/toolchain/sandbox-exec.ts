import { run } from "../../base/processes/run.ts";

/** macOS' own; deprecated by Apple for years, and still what Bazel, Homebrew and SwiftPM contain commands with. */
const PROGRAM = "/usr/bin/sandbox-exec";
const PATIENCE_MS = 10_000;

/** Runs a tiny program with a profile that forbids nothing. `program` is another one in tests. Never throws. */
export async function trySandboxExec(program = PROGRAM): Promise<{ program: string; lacking: string }> {
  let text = "";
  const exit = await run({
    command: program,
    args: ["-p", "(version 1) (allow default)", "/usr/bin/true"],
    cwd: "/",
    environment: { PATH: "/usr/bin:/bin" },
    signal: AbortSignal.timeout(PATIENCE_MS),
    graceMs: 100,
    onOutput: (_stream, bytes) => {
      text += bytes.toString();
    },
  });
  if (exit.exitCode === 0) return { program, lacking: "" };
  const said = text.trim() || exit.failedToStart || "it said nothing";
  return { program: "", lacking: `sandbox-exec was tried and failed: ${said}.` };
}
