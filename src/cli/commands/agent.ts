import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT_CODES_OF_SERVICES } from "../exit-codes.ts";
import type { JoinOptions } from "../managing/join.ts";
import { usageError } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const CONFIG = "agent.config.yaml";

/** `millwright agent` and `millwright agent join`. */
export function defineAgent(program: CommandLine, invocation: Invocation): void {
  const command = program
    .command("agent")
    .description("run the agent of a build host: it takes builds from the controller and runs them")
    .option(
      "--config <file>",
      `its configuration (default: ${CONFIG} of this folder); agent.config.example.yaml holds every key with its default`,
    )
    .action(async () => {
      const here = join(invocation.surroundings.folder, CONFIG);
      const file = command.opts<{ config?: string }>().config ?? (existsSync(here) ? here : undefined);
      if (file === undefined) throw usageError(command.fullName, "Required option '--config <file>' not specified.");
      const { runAgent } = await import("../../agent/main.ts");
      invocation.exitCode = await runAgent({ configFile: file });
    });
  command.exitCodes = EXIT_CODES_OF_SERVICES;
  examples(command, ["millwright agent --config /etc/millwright/agent.yaml", ""]);
  defineJoin(command, invocation);
}

function defineJoin(group: CommandLine, invocation: Invocation): void {
  const command = group
    .command("join")
    .description("let this host join a controller, with an operator's invitation; as the user that the agent runs as")
    .argument("<invitation>", "what millwright agents invite printed; - reads it from stdin")
    .option("--config <file>", "the agent's configuration, made or changed; key and CA go beside it", CONFIG)
    .option("--name <name>", "how the agent is called (default: as in the configuration, else the host's name)")
    .option("--yes", "change a configuration that exists without asking")
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  command.action((invitation: string) =>
    invocation.act(command, async (session) => {
      const { joinController } = await import("../managing/join.ts");
      return joinController(session, invitation, command.opts<JoinOptions>());
    }),
  );
  examples(command, ["millwright agent join mw1.… --config /etc/millwright/agent.yaml", ""]);
}
