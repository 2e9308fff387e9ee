import { rmSync } from "node:fs";
import type { Machine } from "../../machine/machine.ts";
import { err, out, Refusal } from "../../machine/tool.ts";
import type { SelectedXcode } from "../../xcode/selected-xcode.ts";
import type { CommandLine } from "../command-line.ts";
import { checkDestination } from "../destination.ts";
import type { Target } from "../project/project-file.ts";
import { type BuildRequest, settingsOf } from "../project/target-settings.ts";
import { openContainer, targetsOfScheme } from "../project/workspace.ts";
import { archive } from "./archive.ts";
import { build } from "./build.ts";
import { BuildFailure } from "./failure.ts";

/** Runs clean, build and archive as they were asked for; answers the exit code. */
export function runActions(machine: Machine, xcode: SelectedXcode, line: CommandLine): number {
  const actions = line.actions.length > 0 ? line.actions : ["build"];
  const container = openContainer(machine, line);
  const scheme = line.option("scheme");
  if (scheme === undefined && container.kind === "workspace") {
    throw new Refusal(
      64,
      "xcodebuild: error: If you specify a workspace then you must also specify a scheme. Use -list to see the schemes in this workspace.",
    );
  }
  const all = container.projects.flatMap((project) => project.targets);
  const named = line.option("target");
  const targets =
    scheme === undefined
      ? all.filter(({ name }) => named === undefined || name === named)
      : targetsOfScheme(container, scheme);
  const action = actions.at(-1) ?? "build";
  const platform = action === "clean" ? "iphoneos" : checkDestination(xcode, line, scheme ?? container.name);
  const configuration = line.option("configuration") ?? (action === "archive" ? "Release" : "Debug");
  const request: BuildRequest = { machine, xcode, line, configuration, platform, action };
  for (const each of actions) {
    const done = attempt(each, () => act(each, request, targets, scheme ?? container.name));
    if (!done) return 65;
  }
  return 0;
}

function act(action: string, request: BuildRequest, targets: readonly Target[], scheme: string): void {
  if (action === "archive") archive(request, targets, scheme);
  else if (action === "clean") clean(request, targets);
  else build(request, targets);
}

function clean(request: BuildRequest, targets: readonly Target[]): void {
  for (const target of targets) {
    const folder = settingsOf(request, target).value("CONFIGURATION_BUILD_DIR");
    rmSync(folder, { recursive: true, force: true });
  }
  out("\n** CLEAN SUCCEEDED **\n");
}

function attempt(action: string, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof BuildFailure)) throw thrown;
    for (const text of thrown.lines) err(text);
    err(`\n** ${action.toUpperCase()} FAILED **\n`);
    const { commands } = thrown;
    const count = `(${commands.length} failure${commands.length === 1 ? "" : "s"})`;
    if (commands.length > 0) err(`\nThe following build commands failed:\n\t${commands.join("\n\t")}\n${count}`);
    return false;
  }
}
