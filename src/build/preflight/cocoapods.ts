import { errorOf } from "../../base/errors/millwright-error.ts";
import { which } from "../../base/processes/which.ts";
import { isAtLeast } from "../../protocol/target-platform.ts";
import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import type { AppFacts } from "../job/findings.ts";
import { iosNeeds } from "./ios-needs.ts";

/**
 * Looks whether CocoaPods is there and new enough for this cordova-ios. Which plugins bring pods isn't known before they are
 * installed: where config.xml doesn't name pods itself, what is wrong is a warning. Throws COCOAPODS_MISSING and
 * COCOAPODS_TOO_OLD.
 */
export async function checkCocoapods(context: JobContext, app: AppFacts, cordovaIos: string): Promise<string[]> {
  const needed = iosNeeds(cordovaIos)?.cocoapods ?? "1.0.1";
  const { version, lacking } = await findPod(context);
  const needsPods = app.widget?.podspec === true;
  const named = "config.xml has a <podspec>.";
  if (version === undefined) {
    if (needsPods) throw errorOf("COCOAPODS_MISSING", { said: `${named} ${lacking}` });
    return mayNeedPods(app) ? [`${lacking} A plugin that brings pods could not be built.`] : [];
  }
  context.log.line(`CocoaPods ${version}`);
  if (isAtLeast(version, needed)) return [];
  const old = `The host has CocoaPods ${version}, and cordova-ios ${cordovaIos} needs ${needed} or later.`;
  if (needsPods) throw errorOf("COCOAPODS_TOO_OLD", { needed, said: `${named} ${old}` });
  return mayNeedPods(app) ? [`${old} A plugin that brings pods could not be built.`] : [];
}

/** An app without plugins has no pods. */
function mayNeedPods({ packageJson, widget }: AppFacts): boolean {
  return Object.keys(packageJson.cordovaPlugins).length > 0 || (widget?.plugins.length ?? 0) > 0;
}

async function findPod(context: JobContext): Promise<{ version?: string; lacking: string }> {
  const environment = appEnvironment(context);
  const command = which("pod", environment["PATH"] ?? "");
  if (!command) return { lacking: "CocoaPods (pod) is not on the PATH of builds." };
  const cwd = context.host.scratch;
  const end = await runQuietly(context, { step: "preflight", command, args: ["--version"], cwd, environment });
  // It may warn about the locale before it answers.
  const version = end.stdout
    .toString()
    .match(/^\d+\.\d+\S*$/gm)
    ?.at(-1);
  if (end.ok && version) return { version, lacking: "" };
  const said = end.stderr.trim().split("\n").at(-1) || "nothing";
  return { lacking: `pod --version ended with ${end.exit} and said: ${said}` };
}
