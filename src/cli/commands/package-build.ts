import { Option } from "commander";
import { BUILD_TYPES, PACKAGE_TYPES, PLATFORMS } from "../../protocol/build-types.ts";
import type { BuildOptions } from "../building/request.ts";
import { EXIT_CODES_OF_BUILDS } from "../exit-codes.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

const TYPES = "android: debug (default), release; ios: development (default), ad-hoc, app-store, enterprise, simulator";

/** `millwright package build`. */
export function definePackageBuild(program: CommandLine, invocation: Invocation): void {
  const group = program.command("package").description("make an app file: apk, aab or ipa");
  const command = sharedOptions(group.command("build"))
    .description("build a commit on a build host, follow it live and download what it made")
    .argument("<platform>", "android or ios")
    .argument("[type]", TYPES)
    .option("--native-config <name>", "override app name, id, version or preferences of config.xml")
    .option("--security-profile <name>", "sign with this profile")
    .option("--package-type <type>", "android only: apk or aab");
  hide(command, "--signing-certificate <name>", "--apk-name <name>", "--aab-name <name>", "--ipa-name <name>");
  const types = Object.values(BUILD_TYPES).flat();
  command.choices.set("platform", PLATFORMS).set("type", types).set("--package-type", PACKAGE_TYPES);
  command.action((platform: string, type: string | undefined) =>
    invocation.act(command, async (session) => {
      const { buildApp } = await import("../building/build-app.ts");
      const { packageRequest } = await import("../building/request.ts");
      const options = command.opts<BuildOptions>();
      return buildApp(session, options, packageRequest(command.fullName, platform, type, options));
    }),
  );
  examples(
    command,
    ["millwright package build android debug", "the commit that is checked out here"],
    ["millwright package build android release --security-profile play --package-type aab", ""],
    ["millwright package build android debug --no-log", "a list of its steps"],
    ["millwright package build android debug --app shop --commit main --detach", "start it and go on"],
    ["millwright package build android debug --json > build.json", "for scripts: progress on stderr"],
  );
}

/** `millwright deploy build`. */
export function defineDeployBuild(program: CommandLine, invocation: Invocation): void {
  const group = program.command("deploy").description("make the web build alone, as a zip");
  const command = sharedOptions(group.command("build")).description(
    "run the web build of a commit on a build host, follow it live and download the zip of www",
  );
  hide(command, "--native-config <name>", "--security-profile <name>", "--package-type <type>");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { buildApp } = await import("../building/build-app.ts");
      const { deployRequest } = await import("../building/request.ts");
      const options = command.opts<BuildOptions>();
      return buildApp(session, options, deployRequest(command.fullName, options));
    }),
  );
  examples(command, ["millwright deploy build --environment production", "the commit that is checked out here"]);
}

/** Options of both kinds of build. The hidden ones are names that Ionic's CLI has for the same. */
function sharedOptions(command: CommandLine): CommandLine {
  command.exitCodes = EXIT_CODES_OF_BUILDS;
  command
    .option("--app <name>", "the app (default: MILLWRIGHT_APP, else the app of this checkout's remotes)")
    .option("--commit <commit>", "hash, branch or tag (default: HEAD of this checkout)")
    .option("--environment <name>", "variables and secrets for install and web build")
    .option("--target-platform <name>", "build only on hosts of this target platform")
    .option("--build-file-name <name>", "name of the file that the build makes, without its ending")
    .option("--output <folder>", "where the files go", ".")
    .option("--no-download", "leave the files on the controller")
    .option(
      "--no-log",
      "show the steps as they end instead of the log; of a failed build the reason is told in any case",
    )
    .option("--detach", "start the build and don't wait for it");
  return asksController(hide(command, "--build-stack <name>", "--skip-download"));
}

function hide(command: CommandLine, ...flags: string[]): CommandLine {
  for (const flag of flags) command.addOption(new Option(flag).hideHelp());
  return command;
}
