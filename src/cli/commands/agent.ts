import { EXIT_CODES_OF_SERVICES } from "../exit-codes.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

/** `millwright agent`. */
export function defineAgent(program: CommandLine, invocation: Invocation): void {
  const command = program
    .command("agent")
    .description("run the agent of a build host: it takes builds from the controller and runs them")
    .requiredOption("--config <file>", "its configuration; agent.config.example.yaml holds every key with its default")
    .action(async () => {
      const { runAgent } = await import("../../agent/main.ts");
      invocation.exitCode = await runAgent({ configFile: command.opts<{ config: string }>().config });
    });
  command.exitCodes = EXIT_CODES_OF_SERVICES;
  examples(command, ["millwright agent --config /etc/millwright/agent.yaml", ""]);
}
