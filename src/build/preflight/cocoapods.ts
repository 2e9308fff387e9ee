import { errorOf } from "../../base/errors/millwright-error.ts";
import { which } from "../../base/processes/which.ts";
import { isAtLeast } from "../../protocol/target-platform.ts";
import { cordovaEnvironment } from "../cordova/cordova-environment.ts";
import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import type { AppFacts } from "../job/findings.ts";
import { iosNeeds } from "./ios-needs.ts";
import type { LocalPlugin } from "./local-plugins.ts";

/**
 * Looks whether CocoaPods is there and new enough for this cordova-ios. Where neither config.xml nor a plugin of the
 * repository names pods, what is wrong is a warning: which other plugins bring pods isn't known before they are installed.
 * Throws COCOAPODS_MISSING and COCOAPODS_TOO_OLD.
 */
export async function checkCocoapods(
  context: JobContext,
  app: AppFacts,
  cordovaIos: string,
  plugins: readonly LocalPlugin[],
): Promise<string[]> {
  const needed = iosNeeds(cordovaIos)?.cocoapods ?? "1.0.1";
  const { version, lacking } = await findPod(context);
  const withPods = plugins.find(({ pods }) => pods);
  const needsPods = app.widget?.podspec === true || withPods !== undefined;
  const named = app.widget?.podspec ? "config.xml has a <podspec>." : `${withPods?.file ?? ""} brings pods.`;
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
  // As cordova will start it: CocoaPods hangs on the locale.
  const environment = cordovaEnvironment(context);
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
