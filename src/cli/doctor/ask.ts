import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";

const PATIENCE_MS = 20_000;

/** What a program of the environment's PATH prints on stdout; undefined where there is none, or it doesn't end with 0. */
export async function outputOf(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const command = which(program, environment["PATH"] ?? "");
  if (!command) return undefined;
  let said = "";
  const exit = await run({
    command,
    args,
    cwd: "/",
    environment,
    signal: AbortSignal.timeout(PATIENCE_MS),
    graceMs: 500,
    onOutput: (stream, bytes) => {
      if (stream === "stdout") said += bytes.toString();
    },
  });
  return exit.exitCode === 0 ? said : undefined;
}
