import type { CleanOptions } from "../managing/clean-disk.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

/** `millwright agent clean`. */
export function defineAgentClean(agent: CommandLine, invocation: Invocation): void {
  const command = agent
    .command("clean")
    .description(
      "clean the agent's disk now, as it does by itself; as the user that the agent runs as, also while it runs",
    )
    .option("--config <file>", "the agent's configuration", "agent.config.yaml")
    .option("--dry-run", "only show what would be removed")
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { cleanDisk } = await import("../managing/clean-disk.ts");
      return cleanDisk(session, command.opts<CleanOptions>());
    }),
  );
  examples(
    command,
    ["millwright agent clean --dry-run --config /etc/millwright/agent.yaml", "what takes space and could go"],
    ["millwright agent clean --config /etc/millwright/agent.yaml", ""],
  );
}
