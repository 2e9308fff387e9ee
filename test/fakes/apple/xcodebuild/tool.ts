import { type Call, quietly, Refusal, type Tool } from "../machine/tool.ts";
import { checkLicense, type SelectedXcode, selectedXcode } from "../xcode/selected-xcode.ts";
import { runActions } from "./building/run-actions.ts";
import { type CommandLine, readCommandLine } from "./command-line.ts";
import { exportArchive } from "./exporting/export-archive.ts";
import { checkFirstLaunch, showList, showSdks, showVersion } from "./information.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function xcodebuild({ machine, argv }: Call): ReturnType<Tool> {
  const xcode = selectedXcode(machine, "xcodebuild");
  const line = readCommandLine(argv);
  if (line.flag("checkFirstLaunchStatus")) return checkFirstLaunch(xcode);
  checkLicense(xcode);
  if (line.flag("version")) return void showVersion(xcode);
  if (line.flag("showsdks")) return void showSdks(xcode, line.flag("json"));
  if (line.flag("list")) return void showList(machine, line);
  checkReady(xcode);
  const work = () => workOf(machine, xcode, line);
  return line.flag("quiet") ? quietly(work) : work();
}

function workOf(machine: Call["machine"], xcode: SelectedXcode, line: CommandLine): ReturnType<Tool> {
  return line.flag("exportArchive") ? exportArchive(machine, xcode, line) : runActions(machine, xcode, line);
}

function checkReady({ firstLaunchDone }: SelectedXcode): void {
  if (firstLaunchDone) return;
  const hint = "Please ensure system content is up-to-date — try running 'xcodebuild -runFirstLaunch'.";
  throw new Refusal(69, `xcodebuild: error: A required plugin failed to load. ${hint}`);
}
