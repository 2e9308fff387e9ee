import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { iosConfiguration } from "./ios-arguments.ts";

export interface IosSigningChoice {
  buildType: string;
  /** What `exportMethod` answers. */
  method: string;
  teamId: string;
  /** Bundle id of the app that is built. */
  appId: string;
  identity: { commonName: string; sha1: string };
  /** All that are in the keychain of the job. */
  identities: readonly { commonName: string }[];
  /** The app's own first. */
  profiles: readonly { uuid: string; bundleId: string }[];
  keychain: string;
}

/** What the app's own build.json may add: nothing of signing. */
export interface AppBuildConfig {
  buildFlags: string[];
  iCloudContainerEnvironment?: string;
}

/**
 * The build.json that `cordova build ios` gets by --buildConfig. `platformVersion` is that of cordova-ios; an unknown one is
 * taken for a newer one.
 */
export function iosBuildConfig(choice: IosSigningChoice, app: AppBuildConfig, platformVersion: string | undefined) {
  const { iCloudContainerEnvironment } = app;
  return {
    ios: {
      [iosConfiguration(choice.buildType)]: {
        codeSignIdentity: codeSignIdentity(choice),
        developmentTeam: choice.teamId,
        provisioningProfile: provisioningProfile(choice, platformVersion),
        packageType: choice.method,
        ...(iCloudContainerEnvironment === undefined ? {} : { iCloudContainerEnvironment }),
        buildFlag: [
          ...app.buildFlags,
          // Where the login keychain holds the same certificate, codesign would call it ambiguous.
          `OTHER_CODE_SIGN_FLAGS=--keychain ${inBuildSetting(choice.keychain)}`,
          ...extensionSettings(choice, platformVersion),
        ],
      },
    },
  };
}

/** The extensions whose provisioning profiles can't be used, with the reason. */
export function unusedProfiles(choice: IosSigningChoice, platformVersion: string | undefined): string | undefined {
  const [, ...others] = choice.profiles;
  if (others.length === 0) return undefined;
  if (majorOf(platformVersion) < 7)
    return "cordova-ios 6 takes one provisioning profile: those of extensions are not used";
  const wild = others.filter(({ bundleId }) => bundleId.endsWith("*"));
  if (wild.length === 0) return undefined;
  const names = wild.map(({ bundleId }) => bundleId).join(", ");
  return `provisioning profiles with a wildcard can't be assigned to extensions: ${names}`;
}

/**
 * cordova-ios 6 writes it into PROVISIONING_PROFILE, where Xcode takes a UUID; an object it would write as [object Object].
 * From 7 on an object goes to the export as it is, and the value of its first key signs the app.
 */
function provisioningProfile(
  choice: IosSigningChoice,
  platformVersion: string | undefined,
): string | Record<string, string> {
  const own = ownProfile(choice);
  const extensions = extensionProfiles(choice, platformVersion);
  if (extensions.length === 0) return own.uuid;
  return { [choice.appId]: own.uuid, ...Object.fromEntries(extensions.map(({ bundleId, uuid }) => [bundleId, uuid])) };
}

/**
 * Settings for all targets, which go before those of the project: cordova signs the app's target alone, and an extension
 * needs team, certificate and a provisioning profile of its own. The profile is looked up by the bundle id that Xcode finds
 * for the target; targets that take none, such as those of CocoaPods, get none.
 */
function extensionSettings(choice: IosSigningChoice, platformVersion: string | undefined): string[] {
  const extensions = extensionProfiles(choice, platformVersion);
  if (extensions.length === 0) return [];
  const all = [{ bundleId: choice.appId, uuid: ownProfile(choice).uuid }, ...extensions];
  return [
    "CODE_SIGN_STYLE=Manual",
    `CODE_SIGN_IDENTITY=${codeSignIdentity(choice)}`,
    `DEVELOPMENT_TEAM=${choice.teamId}`,
    "PROVISIONING_PROFILE_SPECIFIER=$(MILLWRIGHT_PROFILE_$(PRODUCT_BUNDLE_IDENTIFIER:c99extidentifier))",
    ...all.map(({ bundleId, uuid }) => `MILLWRIGHT_PROFILE_${bundleId.replace(/[^A-Za-z0-9_]/g, "_")}=${uuid}`),
  ];
}

function ownProfile({ profiles }: IosSigningChoice): { uuid: string } {
  const [own] = profiles;
  if (!own) throw new Error("an app is signed with at least one provisioning profile");
  return own;
}

/** Those that aren't the app's own and name a bundle id: Xcode itself says where an id can't be one of this app. */
function extensionProfiles({ profiles }: IosSigningChoice, platformVersion: string | undefined) {
  const [, ...others] = profiles;
  return majorOf(platformVersion) < 7 ? [] : others.filter(({ bundleId }) => !bundleId.endsWith("*"));
}

/**
 * By its name, as Xcode shows it; by its SHA-1 where the name is that of several, or holds what an .xcconfig reads otherwise.
 * Always given: without it cordova-ios 8 signs with whatever Xcode takes for development.
 */
function codeSignIdentity({ identity, identities }: IosSigningChoice): string {
  const { commonName, sha1 } = identity;
  const isOne = identities.filter((each) => each.commonName === commonName).length === 1;
  return isOne && commonName.trim() === commonName && /^[^$"'\\\n]+$/.test(commonName) && !commonName.includes("//")
    ? commonName
    : sha1.toUpperCase();
}

/** The app's own build.json for this build type. Throws APP_BUILD_JSON_BROKEN. */
export function readAppBuildConfig(appFolder: string, buildType: string): AppBuildConfig {
  const own = ownSettings(appFolder, iosConfiguration(buildType));
  const { buildFlag, iCloudContainerEnvironment: iCloud } = own;
  const flags: unknown[] = Array.isArray(buildFlag) ? buildFlag : [buildFlag];
  const buildFlags = flags.filter((flag) => typeof flag === "string");
  return { buildFlags, ...(typeof iCloud === "string" ? { iCloudContainerEnvironment: iCloud } : {}) };
}

function ownSettings(appFolder: string, configuration: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(join(appFolder, "build.json"), "utf8");
  } catch {
    return {}; // most apps have none
  }
  try {
    const parsed = JSON.parse(text.replace(/^\uFEFF/, "")) as { ios?: Record<string, Record<string, unknown>> } | null;
    return parsed?.ios?.[configuration] ?? {};
  } catch (cause) {
    throw errorOf("APP_BUILD_JSON_BROKEN", { reason: `${(cause as Error).message}.` }, { cause });
  }
}

/** Build settings that hold several words are split at blanks, as a shell does. */
function inBuildSetting(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}

function majorOf(version: string | undefined): number {
  return Number(/^\d+/.exec(version ?? "")?.[0] ?? 99);
}
