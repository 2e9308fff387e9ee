import type { AuditOptions } from "../managing/audit.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright audit`. */
export function defineAudit(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("audit"))
    .description("who changed and which build used the secrets, the newest first")
    .option("--profile <name>", "only of this security profile")
    .option("--environment <name>", "only of this environment")
    .option("--native-config <name>", "only of this native config")
    .option("--app <name>", "only of this app: its repository and git password")
    .option("--agent <name>", "only of this agent: who paused and resumed it")
    .option("--build <build>", "only what this build used")
    .option("--limit <number>", "at most so many", "50");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { listAudit } = await import("../managing/audit.ts");
      return listAudit(session, command.fullName, command.opts<AuditOptions>());
    }),
  );
  examples(
    command,
    ["millwright audit --profile play", "who wrote it, which builds signed with it"],
    ["millwright audit --build 12", "which secrets build 12 was given"],
  );
}
