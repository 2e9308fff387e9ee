import { Refusal } from "../machine/tool.ts";

export interface CommandLine {
  option(name: string): string | undefined;
  flag(name: string): boolean;
  actions: string[];
  /** NAME=VALUE, in their order. */
  settings: { name: string; value: string }[];
}

const WITH_VALUE = new Set(
  `workspace project scheme target configuration sdk destination destination-timeout archivePath exportPath
  exportOptionsPlist derivedDataPath resultBundlePath authenticationKeyPath authenticationKeyID authenticationKeyIssuerID
  jobs xcconfig arch toolchain clonedSourcePackagesDirPath packageCachePath`.split(/\s+/),
);
const FLAGS = new Set(
  `version showsdks json checkFirstLaunchStatus runFirstLaunch list exportArchive allowProvisioningUpdates
  allowProvisioningDeviceRegistration quiet verbose alltargets showBuildSettings showdestinations license
  hideShellScriptEnvironment parallelizeTargets skipPackagePluginValidation skipMacroValidation skipUnavailableActions
  disableAutomaticPackageResolution onlyUsePackageVersionsFromResolvedFile usage help`.split(/\s+/),
);
const ACTIONS = new Set(["build", "archive", "clean", "install", "analyze"]);

/** Refuses what xcodebuild wouldn't understand with exit code 64. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const options = new Map<string, string>();
  const flags = new Set<string>();
  const line: CommandLine = {
    option: (name) => options.get(name),
    flag: (name) => flags.has(name),
    actions: [],
    settings: [],
  };
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    const name = word.replace(/^-/, "");
    const setting = /^([A-Za-z_][\w]*(?:\[[^\]]*\])*)=([\s\S]*)$/.exec(word);
    if (setting) line.settings.push({ name: setting[1] ?? "", value: setting[2] ?? "" });
    else if (ACTIONS.has(word)) line.actions.push(word);
    else if (!word.startsWith("-")) throw new Refusal(64, `xcodebuild: error: Unknown build action '${word}'.`);
    else if (WITH_VALUE.has(name)) {
      index += 1;
      const value = argv[index];
      if (value === undefined) throw new Refusal(64, `xcodebuild: error: option '-${name}' requires a value`);
      options.set(name, value);
    } else if (FLAGS.has(name)) flags.add(name);
    // -Name=value sets a user default.
    else if (!/^-[A-Za-z]\w*=/.test(word)) throw new Refusal(64, `xcodebuild: error: invalid option '${word}'`);
  }
  return line;
}
