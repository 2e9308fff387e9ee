import { EXIT, type ToldExitCodes } from "../exit-codes.ts";
import type { UpgradeFlags } from "../releases/upgrade.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const JSON_OPTION = ["--json", "print one JSON document on stdout; everything else goes to stderr"] as const;
const PREFIX_OPTION = [
  "--prefix <folder>",
  "where releases lie (default: where this one lies, else /opt/millwright)",
] as const;
const RESTART_OPTION = [
  "--restart <command>",
  "how the agent is restarted (default: as the last time, else its service of systemd or launchd)",
] as const;
const EXIT_CODES: ToldExitCodes = [
  [EXIT.success, "it was done"],
  [EXIT.refused, "bad usage, or a package that isn't the one that was meant"],
  [EXIT.notYours, "the release doesn't fit to this host, or failed and was rolled back"],
];

/** `millwright agent upgrade`, `… releases`, `… rollback` and `… check`: of this host alone, no controller is asked. */
export function defineAgentReleases(group: CommandLine, invocation: Invocation): void {
  defineUpgrade(group, invocation);
  defineReleases(group, invocation);
  defineRollback(group, invocation);
  defineCheck(group, invocation);
}

function defineUpgrade(group: CommandLine, invocation: Invocation): void {
  const command = group
    .command("upgrade")
    .description("put another release of this host's agent in use; one that fails is rolled back by itself")
    .argument("<package>", "the file that make bundle or npm pack made")
    .option("--sha256 <digest>", "its SHA-256 (default: that of FILE.sha256, if there is one)")
    .option(...PREFIX_OPTION)
    .option("--config <file>", "the agent's configuration (default: as the last time)")
    .option(...RESTART_OPTION)
    .option("--no-restart", "leave the restart to somebody else: the new release is tried at the next start")
    .option("--good <duration>", "so long it must stay connected to be good", "30s")
    .option("--tries <number>", "so often it may be started meanwhile", "3")
    .option("--limit <duration>", "so long it may take to connect, when the release before could", "5m")
    .option("--force", "also when doctor finds more wrong with it than with the release in use")
    .option("--no-wait", "don't wait until it is good or rolled back")
    .option(...JSON_OPTION);
  command.exitCodes = EXIT_CODES;
  command.action((file: string) =>
    invocation.act(command, async (session) => {
      const { upgradeAgent } = await import("../releases/upgrade.ts");
      return upgradeAgent(session, command.fullName, file, command.opts<UpgradeFlags>());
    }),
  );
  examples(
    command,
    ["sudo millwright agent upgrade millwright-1.3.0-linux-x64.tgz", "builds go on meanwhile"],
    [
      "sudo millwright agent upgrade FILE.tgz --prefix /opt/millwright --config /etc/millwright/agent.yaml",
      "the first",
    ],
  );
}

function defineReleases(group: CommandLine, invocation: Invocation): void {
  const command = group
    .command("releases")
    .description("list the releases of this host's agent: in use, on trial, given up and why")
    .option(...PREFIX_OPTION)
    .option("--prune", "remove those that nothing needs: not in use, not the one before, and without builds")
    .option(...JSON_OPTION);
  command.exitCodes = EXIT_CODES;
  command.action(() =>
    invocation.act(command, async (session) => {
      const { listReleases } = await import("../releases/list.ts");
      return listReleases(session, command.opts<{ prefix?: string; prune?: true }>());
    }),
  );
  examples(command, ["millwright agent releases", ""]);
}

function defineRollback(group: CommandLine, invocation: Invocation): void {
  const command = group
    .command("rollback")
    .description("put the release before in use again, without a trial")
    .argument("[release]", "another one (default: the one before)")
    .option(...PREFIX_OPTION)
    .option(...RESTART_OPTION)
    .option("--no-restart", "leave the restart to somebody else")
    .option(...JSON_OPTION);
  command.exitCodes = EXIT_CODES;
  command.action((release: string | undefined) =>
    invocation.act(command, async (session) => {
      const { rollBack } = await import("../releases/upgrade.ts");
      return rollBack(
        session,
        command.fullName,
        release,
        command.opts<{ prefix?: string; restart?: string | false }>(),
      );
    }),
  );
  examples(command, ["sudo millwright agent rollback", ""]);
}

function defineCheck(group: CommandLine, invocation: Invocation): void {
  const command = group
    .command("check")
    .description(
      "load this release as the agent would, read its configuration, and say what it speaks; changes nothing",
    )
    .requiredOption("--config <file>", "the agent's configuration")
    .option("--connect", "ask the controller too")
    .option(...JSON_OPTION);
  command.exitCodes = EXIT_CODES;
  command.action(() =>
    invocation.act(command, async (session) => {
      const { checkRelease } = await import("../releases/check.ts");
      return checkRelease(session, command.opts<{ config: string; connect?: true }>());
    }),
  );
  examples(command, ["millwright agent check --config /etc/millwright/agent.yaml", ""]);
}
