import { errorOf } from "../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../protocol/api.ts";
import { BUILD_TYPES, PACKAGE_TYPES, type PackageType, PLATFORMS, type Platform } from "../../protocol/build-types.ts";
import { fileNameFault } from "../../protocol/file-names.ts";
import { didYouMean, unknownWord, usageError } from "../usage.ts";

/** The options of `package build` and `deploy build` as they were typed. */
export interface BuildOptions {
  app?: string;
  commit?: string;
  environment?: string;
  nativeConfig?: string;
  securityProfile?: string;
  signingCertificate?: string;
  targetPlatform?: string;
  buildStack?: string;
  buildFileName?: string;
  apkName?: string;
  aabName?: string;
  ipaName?: string;
  packageType?: string;
  output: string;
  download: boolean;
  skipDownload?: boolean;
  detach?: boolean;
  log: boolean;
}

/** A request that lacks only its commit. */
export type RequestedBuild = Omit<BuildRequest, "commit">;

/**
 * The request of `package build`. Throws USAGE or BUILD_TYPE_UNKNOWN for what can't be built, before anyone is asked.
 * `command` is the full name for the errors.
 */
export function packageRequest(
  command: string,
  platform: string,
  type: string | undefined,
  options: BuildOptions,
): RequestedBuild {
  if (!isOneOf(PLATFORMS, platform)) throw unknownWord(command, "platform", platform, PLATFORMS);
  const buildType = type ?? BUILD_TYPES[platform][0] ?? "";
  checkBuildType(platform, buildType);
  const packageType = checkedPackageType(command, platform, options.packageType);
  return {
    kind: "package",
    platform,
    buildType,
    ...sharedParts(command, options),
    ...given("packageType", packageType),
    ...given("nativeConfig", options.nativeConfig),
    ...given("securityProfile", options.securityProfile ?? options.signingCertificate),
  };
}

/** The request of `deploy build`. Throws USAGE for options that only a package build has. */
export function deployRequest(command: string, options: BuildOptions): RequestedBuild {
  const native = {
    "--native-config": "nativeConfig",
    "--security-profile": "securityProfile",
    "--package-type": "packageType",
  };
  for (const [flag, key] of Object.entries(native)) {
    if (options[key as keyof BuildOptions] === undefined) continue;
    throw usageError(command, `A deploy build is the web build alone, so there is no use for ${flag}.`);
  }
  return { kind: "deploy", ...sharedParts(command, options) };
}

function sharedParts(command: string, options: BuildOptions) {
  const fileName = options.buildFileName ?? options.apkName ?? options.aabName ?? options.ipaName;
  return {
    ...given("targetPlatform", options.targetPlatform ?? options.buildStack),
    ...given("environment", options.environment),
    ...given("buildFileName", fileName === undefined ? undefined : checkedFileName(command, fileName)),
  };
}

function checkBuildType(platform: Platform, type: string): void {
  const types = BUILD_TYPES[platform];
  if (types.includes(type)) return;
  const detail = didYouMean(type, types).trim();
  throw errorOf("BUILD_TYPE_UNKNOWN", { platform, type, types: types.join(", ") }, detail === "" ? {} : { detail });
}

function checkedPackageType(command: string, platform: Platform, type: string | undefined): PackageType | undefined {
  if (type === undefined) return undefined;
  if (platform !== "android") throw usageError(command, "--package-type is for android only: ios builds make an ipa.");
  if (!isOneOf(PACKAGE_TYPES, type)) throw unknownWord(command, "package type", type, PACKAGE_TYPES);
  return type;
}

/** Ionic's CLI takes the name with its ending; the build adds the right one itself. */
function checkedFileName(command: string, name: string): string {
  const stem = name.replace(/\.(apk|aab|ipa|zip)$/i, "");
  const fault = fileNameFault(stem);
  if (fault === undefined) return stem;
  throw usageError(command, `--build-file-name ${fault}: not ${name}.`);
}

function isOneOf<T extends string>(names: readonly T[], word: string): word is T {
  return (names as readonly string[]).includes(word);
}

/** The property, or nothing when it has no value. */
function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
