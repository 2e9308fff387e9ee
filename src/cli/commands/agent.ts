import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT_CODES_OF_SERVICES } from "../exit-codes.ts";
import type { JoinOptions } from "../managing/join.ts";
import { usageError } from "../usage.ts";
import { defineAgentCache } from "./agent-cache.ts";
import { defineAgentClean } from "./agent-clean.ts";
import { defineAgentReleases } from "./agent-releases.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const CONFIG = "agent.config.yaml";

/** `millwright agent`, and what is done to the agent of this host. */
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
      const { underLauncher } = await import("../../agent/releases/under-launcher.ts");
      invocation.exitCode = await underLauncher(process.env, async () => {
        const { runAgent } = await import("../../agent/main.ts");
        return runAgent({ configFile: file });
      });
    });
  command.exitCodes = EXIT_CODES_OF_SERVICES;
  examples(command, ["millwright agent --config /etc/millwright/agent.yaml", ""]);
  defineJoin(command, invocation);
  defineRotateKey(command, invocation);
  defineAgentReleases(command, invocation);
  defineAgentClean(command, invocation);
  defineAgentCache(command, invocation);
}

function defineRotateKey(group: CommandLine, invocation: Invocation): void {
  const command = group
    .command("rotate-key")
    .description("replace the key of this host by a new one; as the user that joined, also while the agent runs")
    .option("--config <file>", "the agent's configuration", CONFIG)
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { rotateHostKey } = await import("../managing/rotate-key.ts");
      return rotateHostKey(session, command.opts<{ config: string }>());
    }),
  );
  examples(command, ["millwright agent rotate-key --config /etc/millwright/agent.yaml", ""]);
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
