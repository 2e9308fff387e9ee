import { accessSync, constants, existsSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import semver from "semver";
import { ANDROID_NEEDS } from "../../protocol/android-needs.ts";
import type { Capability } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { type Check, ok, wrong } from "./check.ts";

const MATRIX = { id: "cordova-android", title: "cordova-android" };
const LICENCES = { id: "sdk-licences", title: "SDK licences" };
const NEWEST_JDK_TO_INSTALL = 21;

type Variables = Readonly<Record<string, string>>;
type Needs = (typeof ANDROID_NEEDS)[number];

/** What a generation of cordova-android finds on this host; empty texts are missing. */
interface Served {
  needs: Needs;
  jdk: string;
  platform: string;
  buildTools: string;
}

/** Each generation of cordova-android with what it finds here. None that finds all is a warning. */
export function checkCordovaAndroid(capability: Capability, environment: Variables): Check {
  const all = ANDROID_NEEDS.map((needs) => served(needs, capability, environment));
  const ready = all.filter(isReady);
  const facts = all.map((each) => ({
    cordovaAndroid: each.needs.from,
    ready: isReady(each),
    jdk: each.jdk,
    platform: each.platform,
    buildTools: each.buildTools,
  }));
  const found = all.map((each) => `${`${each.needs.from}`.padStart(2)}: ${said(each)}`).join("\n");
  if (ready.length > 0) return { ...ok(MATRIX, found), facts };
  const next = commandsFor(all[0] as Served, sdkOf(environment));
  return { ...wrong(MATRIX, "warning", found, next), facts };
}

/** Undefined where there is no SDK. */
export function checkSdkLicences(environment: Variables): Check | undefined {
  const sdk = sdkOf(environment);
  if (sdk === "" || !existsSync(sdk)) return undefined;
  if (!existsSync(join(sdk, "licenses", "android-sdk-license"))) {
    const found = `${sdk}/licenses holds no android-sdk-license: Gradle fetches nothing that is missing.`;
    return wrong(LICENCES, "warning", found, `yes | ${sdkmanager(sdk)} --licenses`);
  }
  if (isWritable(sdk)) return ok(LICENCES, `accepted; Gradle fetches what is missing to ${sdk}`);
  return ok(LICENCES, `accepted, but builds may not write to ${sdk}: what is missing must be installed by hand`);
}

function served(needs: Needs, { toolchains }: Capability, environment: Variables): Served {
  const versions = (kind: string) => toolchains.filter((each) => each.kind === kind).map(({ version }) => version);
  const jdks = versions("jdk").filter((version) => {
    return majorOf(version) >= needs.lowestJdk && majorOf(version) <= needs.highestJdk;
  });
  const compileSdk = environment["ORG_GRADLE_PROJECT_cdvCompileSdkVersion"] ?? String(needs.compileSdk);
  const tools = environment["ORG_GRADLE_PROJECT_cdvBuildToolsVersion"];
  const fits = (version: string) => (tools === undefined ? fitsTools(needs, version) : version === tools);
  return {
    needs,
    jdk: jdks[0] ?? "",
    platform: versions("android-platform").find((version) => version === compileSdk) ?? "",
    buildTools: versions("android-build-tools").find(fits) ?? "",
  };
}

/** As its own scripts look for them: from 10 on only those of one major. */
function fitsTools({ from, buildTools }: Needs, version: string): boolean {
  if (!semver.valid(version) || semver.lt(version, buildTools)) return false;
  return from < 10 || semver.major(version) === semver.major(buildTools);
}

function isReady({ jdk, platform: sdkPlatform, buildTools }: Served): boolean {
  return jdk !== "" && sdkPlatform !== "" && buildTools !== "";
}

function said(each: Served): string {
  if (isReady(each)) return `ready (JDK ${each.jdk}, android-${each.platform}, build-tools ${each.buildTools})`;
  const { lowestJdk, highestJdk, compileSdk, buildTools } = each.needs;
  const range = lowestJdk === highestJdk ? `${lowestJdk}` : `${lowestJdk} to ${highestJdk}`;
  const missing = [
    each.jdk === "" ? `JDK ${range}` : "",
    each.platform === "" ? `android-${compileSdk}` : "",
    each.buildTools === "" ? `build-tools ${buildTools}` : "",
  ];
  return `lacks ${missing.filter((part) => part !== "").join(", ")}`;
}

function commandsFor({ needs, jdk, platform: sdkPlatform, buildTools }: Served, sdk: string): string {
  const major = Math.min(NEWEST_JDK_TO_INSTALL, needs.lowestJdk);
  const install =
    platform() === "darwin" ? `brew install --cask temurin@${major}` : `apt-get install openjdk-${major}-jdk-headless`;
  const packages = [
    sdkPlatform === "" ? `"platforms;android-${needs.compileSdk}"` : "",
    buildTools === "" ? `"build-tools;${needs.buildTools}"` : "",
  ].filter((part) => part !== "");
  const sdkCommand = packages.length > 0 ? `${sdkmanager(sdk)} ${packages.join(" ")}` : "";
  const commands = [jdk === "" ? install : "", sdkCommand].filter((part) => part !== "").join(" && ");
  return `For cordova-android ${needs.from}: ${commands}`;
}

function sdkOf(environment: Variables): string {
  return environment["ANDROID_HOME"] ?? environment["ANDROID_SDK_ROOT"] ?? "";
}

function sdkmanager(sdk: string): string {
  const own = join(sdk, "cmdline-tools", "latest", "bin", "sdkmanager");
  return sdk !== "" && existsSync(own) ? own : "sdkmanager";
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** 8 of `1.8.0_392`, 17 of `17.0.15`. */
function majorOf(version: string): number {
  const [first = "", second = ""] = version.split(".");
  return Number(first === "1" ? second : first);
}
