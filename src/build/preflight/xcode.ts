import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import { fittingXcodes, isAtLeast, type XcodeWish, xcodeWishOf } from "../../protocol/target-platform.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import type { XcodeApp } from "../toolchain/xcode-app.ts";
import { describeTrouble, troubleOf, type XcodeTrouble } from "../toolchain/xcode-state.ts";
import { findXcodeApps, isPreferred } from "../toolchain/xcodes.ts";
import { iosNeeds } from "./ios-needs.ts";

/**
 * Chooses the Xcode of this job and gives it to all later commands by DEVELOPER_DIR. The very version that the target
 * platform asks for goes first, then the newest of its range; without a wish the one that the agent's configuration prefers,
 * then the newest that this cordova-ios can use. Those that aren't ready are passed over. Answers warnings. Throws
 * XCODE_MISSING, XCODE_VERSION_MISSING, XCODE_TOO_OLD, and when none is ready what the best one lacks.
 */
export async function chooseXcode(context: JobContext, cordovaIos: string): Promise<string[]> {
  const environment = { ...hostEnvironment(context), HOME: context.host.userHome };
  const { candidates, because } = candidatesOf(
    context,
    await findXcodeApps(context.host.xcodeFolders, environment),
    cordovaIos,
  );
  let first: MillwrightError | undefined;
  for (const app of candidates) {
    const trouble = await troubleOf(app, environment, context.stop.signal);
    context.stop.check();
    if (!trouble) return use(context, app, because);
    context.log.line(`Xcode ${app.version} at ${app.path} can't be used: ${describeTrouble(trouble)}`);
    first ??= notReady(context, app, trouble);
  }
  throw first;
}

/** Those that may be used, best first: at least one. */
function candidatesOf(context: JobContext, apps: readonly XcodeApp[], cordovaIos: string) {
  const { host, log } = context;
  if (apps.length === 0) {
    const reason = `No Xcode was found in ${host.xcodeFolders.join(", ") || "any folder: xcode.folders is empty"}.`;
    throw errorOf("XCODE_MISSING", { host: host.agentName, reason });
  }
  log.line(`Xcodes of the host: ${namesOf(apps)}`);
  const wish = wishOf(context, apps);
  const fitting = fittingXcodes(wish, apps);
  const needed = iosNeeds(cordovaIos)?.xcode;
  const candidates = needed === undefined ? fitting : fitting.filter(({ version }) => isAtLeast(version, needed));
  if (candidates.length === 0) throw errorOf("XCODE_TOO_OLD", { needed: needed ?? "", found: namesOf(fitting) });
  if (wish)
    return { candidates, because: `the target platform ${context.spec.targetPlatform} asks for ${wish.wanted}` };
  const preferred = candidates.find((app) => isPreferred(app, host.preferredXcode));
  if (!preferred) {
    const unmet = host.preferredXcode && `; ${host.preferredXcode}, which the agent prefers, isn't there or is too old`;
    return { candidates, because: `the newest that is ready${unmet}` };
  }
  const others = candidates.filter((app) => app !== preferred);
  return {
    candidates: [preferred, ...others],
    because: "preferred by the agent's configuration, or the newest that is ready",
  };
}

/** What the target platform asks for; nothing when it is a name that the agent's configuration promises for what it has. */
function wishOf({ spec, host }: JobContext, apps: readonly XcodeApp[]): XcodeWish | undefined {
  const source = spec.targetPlatform ?? "";
  const wish = xcodeWishOf(spec.xcode ?? source);
  if (!wish || fittingXcodes(wish, apps).length > 0) return wish;
  if (spec.xcode === undefined && host.targetPlatforms.includes(source)) return undefined;
  const values = { host: host.agentName, wanted: wish.wanted, source, found: namesOf(apps) };
  throw errorOf("XCODE_VERSION_MISSING", values);
}

function use(context: JobContext, app: XcodeApp, because: string): string[] {
  const { version, build, developerDir, beta, sdks } = app;
  context.found.xcode = { version, build, developerDir };
  context.found.tools.push({ DEVELOPER_DIR: developerDir });
  const sdk = sdks[0] ? `, SDK of iOS ${sdks[0]}` : "";
  context.log.line(`Xcode ${version} (${build}${sdk}) at ${developerDir}: ${because}`);
  const forStore = context.spec.buildType === "app-store";
  return beta && forStore ? [`Xcode ${version} is a beta: the App Store takes no app that was built with one.`] : [];
}

function notReady(context: JobContext, app: XcodeApp, { kind, said }: XcodeTrouble): MillwrightError {
  const { version, developerDir, path } = app;
  const values = { host: context.host.agentName, version, developerDir, said };
  const detail = `Xcode ${version} at ${path}`;
  switch (kind) {
    case "licence":
      return errorOf("XCODE_LICENCE", values, { detail });
    case "first-launch":
      return errorOf("XCODE_FIRST_LAUNCH_NEEDED", values, { detail });
    case "ios-platform":
      return errorOf("IOS_PLATFORM_NOT_INSTALLED", { version: app.sdks[0] ?? `for Xcode ${version}` }, { detail });
    default:
      return errorOf("XCODE_UNUSABLE", values, { detail });
  }
}

function namesOf(apps: readonly XcodeApp[]): string {
  return apps.map(({ version, build, beta }) => `${version} (${build}${beta ? ", beta" : ""})`).join(", ");
}
