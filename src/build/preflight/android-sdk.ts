import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { androidNeeds, platformMajor } from "../../protocol/android-needs.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { type AndroidSdk, readAndroidSdk } from "../toolchain/android-sdk.ts";

/** What an app or a host says instead of the defaults of cordova-android. `preferences` by lower-case name. */
export interface SdkWishes {
  version: string;
  preferences: Readonly<Record<string, string>>;
}

/**
 * Throws ANDROID_SDK_MISSING, ANDROID_PLATFORM_MISSING or ANDROID_BUILD_TOOLS_MISSING when the SDK of builds lacks what this
 * cordova-android will ask for. Silent about what a version that isn't known may need.
 */
export function checkAndroidSdk(context: JobContext, wishes: SdkWishes): void {
  const environment = appEnvironment(context);
  const sdk = readAndroidSdk(environment);
  if (sdk.lacking) throw errorOf("ANDROID_SDK_MISSING", { host: context.host.agentName, reason: sdk.lacking });
  context.log.line(
    `Android SDK ${sdk.home}: platforms ${namesOf(sdk.platforms)}; build-tools ${namesOf(sdk.buildTools)}`,
  );
  checkPlatform(context, sdk, wishes, environment);
  checkBuildTools(context, sdk, wishes, environment);
}

interface Needed {
  version: string;
  because: string;
}

function checkPlatform(context: JobContext, sdk: AndroidSdk, wishes: SdkWishes, environment: Variables): void {
  const needed = neededPlatform(wishes, environment);
  if (!needed || sdk.platforms.some((platform) => platform.version === needed.version)) return;
  const cannot = whyNoDownload(sdk);
  if (!cannot) {
    context.log.line(`Gradle will fetch the SDK platform android-${needed.version}, which the host doesn't have yet`);
    return;
  }
  const values = { needed: needed.version, because: needed.because, cannot, ...facts(context, sdk, sdk.platforms) };
  throw errorOf("ANDROID_PLATFORM_MISSING", values);
}

function neededPlatform({ version, preferences }: SdkWishes, environment: Variables): Needed | undefined {
  const fromHost = environment["ORG_GRADLE_PROJECT_cdvCompileSdkVersion"];
  if (fromHost) return { version: fromHost, because: "The environment of builds sets cdvCompileSdkVersion" };
  const major = platformMajor(version) ?? 0;
  // cordova-android 10 compiles against the target; from 11 on the target is the default of what it compiles against.
  const names = [
    ...(major >= 11 ? ["android-compileSdkVersion"] : []),
    ...(major >= 10 ? ["android-targetSdkVersion"] : []),
  ];
  const preference = (name: string) => preferences[name.toLowerCase()] ?? "";
  const name = names.find((each) => /^\d+$/.test(preference(each)));
  if (name) return { version: preference(name), because: `config.xml sets the preference ${name}` };
  const compileSdk = androidNeeds(version)?.compileSdk;
  return compileSdk
    ? { version: String(compileSdk), because: `cordova-android ${version} compiles against it` }
    : undefined;
}

/** cordova's own scripts look for the build-tools before Gradle could fetch any. */
function checkBuildTools(context: JobContext, sdk: AndroidSdk, wishes: SdkWishes, environment: Variables): void {
  const needs = androidNeeds(wishes.version);
  const asked =
    environment["ORG_GRADLE_PROJECT_cdvBuildToolsVersion"] ?? wishes.preferences["android-buildtoolsversion"];
  const major = semver.coerce(needs?.buildTools)?.major;
  const sameMajor = (platformMajor(wishes.version) ?? 0) >= 10;
  const good = (version: string): boolean => {
    if (asked) return version === asked;
    if (!needs || !semver.valid(version) || semver.lt(version, needs.buildTools)) return !needs;
    return !sameMajor || semver.major(version) === major;
  };
  if (sdk.buildTools.some((tools) => good(tools.version))) return;
  if (asked && !whyNoDownload(sdk)) return;
  const range = sameMajor ? `${needs?.buildTools} or a later ${major}.x` : `${needs?.buildTools} or later`;
  throw errorOf("ANDROID_BUILD_TOOLS_MISSING", {
    version: wishes.version,
    because: asked ? `Build-tools ${asked} are asked for` : `It looks for ${range}`,
    install: asked ?? needs?.buildTools ?? "",
    ...facts(context, sdk, sdk.buildTools),
  });
}

type Variables = Readonly<Record<string, string>>;

/** The Android Gradle plugin installs what is missing when its licence was accepted and it may write there. */
function whyNoDownload(sdk: AndroidSdk): string | undefined {
  if (!existsSync(join(sdk.home, "licenses", "android-sdk-license"))) return "the SDK's licence was not accepted there";
  try {
    accessSync(sdk.home, constants.W_OK);
    return undefined;
  } catch {
    return "builds may not write to the SDK";
  }
}

function facts(context: JobContext, sdk: AndroidSdk, tools: AndroidSdk["platforms"]) {
  return { host: context.host.agentName, sdk: sdk.home, found: namesOf(tools) };
}

function namesOf(tools: AndroidSdk["platforms"]): string {
  return tools.map((tool) => tool.version).join(", ") || "none";
}
