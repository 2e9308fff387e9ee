import { EXIT } from "../exit-codes.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

/** `millwright doctor`. */
export function defineDoctor(program: CommandLine, invocation: Invocation): void {
  const command = program
    .command("doctor")
    .description(
      "look at this build host as an agent would use it: configuration, controller, tools; on a Mac it signs on trial",
    )
    .option("--config <file>", "the agent's configuration (default: agent.config.yaml of this folder, if there is one)")
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { runDoctor } = await import("../doctor/run-doctor.ts");
      return runDoctor(session, command.opts<{ config?: string }>());
    }),
  );
  command.exitCodes = [
    [EXIT.success, "nothing failed, warnings or not"],
    [EXIT.refused, "bad usage"],
    [EXIT.notYours, "a check failed"],
  ];
  examples(command, ["millwright doctor --config /etc/millwright/agent.yaml", "as the user that the agent runs as"]);
}
