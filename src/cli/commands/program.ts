import { Option } from "commander";
import { VERSION } from "../../protocol/version.ts";
import { defineAccounts } from "./accounts.ts";
import { defineAgent } from "./agent.ts";
import { defineAgents } from "./agents.ts";
import { defineApps } from "./apps.ts";
import { defineAudit } from "./audit.ts";
import { defineAutomations } from "./automations.ts";
import { defineBuilds, defineOneBuild } from "./builds.ts";
import { CommandLine } from "./command-line.ts";
import { defineCompletion } from "./completion.ts";
import { defineController } from "./controller.ts";
import { defineDoctor } from "./doctor.ts";
import { defineEnvironments } from "./environments.ts";
import { defineExplain } from "./explain.ts";
import { examples, type Invocation } from "./invocation.ts";
import { defineKeys } from "./keys.ts";
import { defineLink } from "./link.ts";
import { defineLogin } from "./login.ts";
import { defineMan } from "./man.ts";
import { defineNativeConfigs } from "./native-configs.ts";
import { defineOpen } from "./open.ts";
import { defineDeployBuild, definePackageBuild } from "./package-build.ts";
import { defineProfiles } from "./profiles.ts";
import { definePushes } from "./pushes.ts";
import { defineTargetPlatforms } from "./target-platforms.ts";
import { defineTokens } from "./tokens.ts";
import { defineUsers } from "./users.ts";
import { defineWebhooks } from "./webhooks.ts";

/** Everything that can be typed. What a command does is loaded when it is called, so that help comes at once. */
export function programOf(invocation: Invocation): CommandLine {
  const program = emptyProgram(invocation);
  program.commandsGroup("Build:");
  definePackageBuild(program, invocation);
  defineDeployBuild(program, invocation);
  defineBuilds(program, invocation);
  defineOneBuild(program, invocation);
  defineExplain(program, invocation);
  defineOpen(program, invocation);
  program.commandsGroup("Set up:");
  defineApps(program, invocation);
  defineLink(program, invocation);
  defineAutomations(program, invocation);
  definePushes(program, invocation);
  defineProfiles(program, invocation);
  defineEnvironments(program, invocation);
  defineNativeConfigs(program, invocation);
  defineWebhooks(program, invocation);
  defineAudit(program, invocation);
  defineKeys(program, invocation);
  program.commandsGroup("People:");
  defineLogin(program, invocation);
  defineTokens(program, invocation);
  defineUsers(program, invocation);
  defineAccounts(program, invocation);
  program.commandsGroup("Run:");
  defineController(program, invocation);
  defineAgent(program, invocation);
  defineAgents(program, invocation);
  defineTargetPlatforms(program, invocation);
  defineDoctor(program, invocation);
  program.commandsGroup("Help:");
  defineCompletion(program, invocation);
  defineMan(program, invocation);
  program.helpCommand("help [command]", "print the help of a command");
  examples(
    program,
    ["millwright package build android debug", "build the commit that is checked out here"],
    ["millwright logs 12 --follow", "follow build 12"],
    ["millwright download 12", "get its files"],
  );
  return program.addHelpText(
    "after",
    "\nThe controller: MILLWRIGHT_URL and MILLWRIGHT_TOKEN, or ~/.config/millwright/config.yaml (url, tokenFile).",
  );
}

/** The options in front of a command are hidden: help shows them where they belong, behind it. */
function emptyProgram(invocation: Invocation): CommandLine {
  const { stdout, stderr } = invocation.surroundings;
  return new CommandLine("millwright")
    .description("Package builds for Cordova and Ionic apps on your own machines.")
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .addOption(new Option("--url <url>").hideHelp())
    .addOption(new Option("--token-file <file>").hideHelp())
    .addOption(new Option("--account <name>").hideHelp())
    .addOption(new Option("--json").hideHelp());
}
