import type { CommandLine } from "../../src/cli/commands/command-line.ts";
import { Invocation } from "../../src/cli/commands/invocation.ts";
import { programOf } from "../../src/cli/commands/program.ts";

/** All commands of the CLI, for tests that read them and run none: there is no input, and what is written goes nowhere. */
export function programToRead(): CommandLine {
  const nowhere = { write: () => true };
  const stdin = (async function* () {})();
  return programOf(new Invocation({ environment: {}, folder: "/", stdin, stdout: nowhere, stderr: nowhere }));
}
