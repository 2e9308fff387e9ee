import { EXIT_CODES_OF_CHECKS } from "../exit-codes.ts";
import type { AuditOptions } from "../managing/audit.ts";
import type { VerifyOptions } from "../managing/audit-verify.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright audit`. */
export function defineAudit(program: CommandLine, invocation: Invocation): void {
  const group = program
    .command("audit")
    .description("who asked for what, who changed what, which build was given which secrets");
  defineList(group, invocation);
  defineVerify(group, invocation);
}

function defineList(group: CommandLine, invocation: Invocation): void {
  const command = asksController(group.command("list", { isDefault: true }))
    .description("the entries, the newest first")
    .option("--profile <name>", "only of this security profile")
    .option("--environment <name>", "only of this environment")
    .option("--native-config <name>", "only of this native config")
    .option("--app <name>", "only of this app: its repository and git password, pushes to it")
    .option("--agent <name>", "only of this agent: who paused and resumed it")
    .option("--user <email>", "only of this person: who changed what they may do")
    .option("--build <build>", "only of this build: who asked for it, what it used")
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
    ["millwright audit --build 12", "who asked for build 12, and which secrets it was given"],
  );
}

function defineVerify(group: CommandLine, invocation: Invocation): void {
  const command = asksController(group.command("verify"))
    .description("follow the chain of all entries, and say where one was changed, removed or put in; for operators")
    .option("--head <number:hash>", "what it printed before: that entry must still be there as it was")
    .option("--data <folder>", "read the store of this data folder instead of asking a controller")
    .option("--store <url>", "read the PostgreSQL at postgres://USER@HOST/NAME; with --data for its anchor");
  command.exitCodes = EXIT_CODES_OF_CHECKS;
  command.action(() =>
    invocation.act(command, async (session) => {
      const { verifyAudit } = await import("../managing/audit-verify.ts");
      return verifyAudit(session, command.fullName, command.opts<VerifyOptions>());
    }),
  );
  examples(
    command,
    ["millwright audit verify", ""],
    ["millwright audit verify --json | jq -r .head >> kept-elsewhere.txt", "an anchor of your own"],
    ["millwright audit verify --data /var/lib/millwright", "where no controller answers"],
  );
}
