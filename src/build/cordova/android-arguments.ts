import { errorOf } from "../../base/errors/millwright-error.ts";
import type { PackageType } from "../../protocol/build-types.ts";
import type { JobSpec } from "../../protocol/job-folder/spec.ts";
import { telemetryFlag } from "./telemetry.ts";

/**
 * The arguments of `cordova build android`. What stands behind `--` goes to cordova-android: `--packageType` is known from
 * 8.1, and `--gradleArg` is handed to Gradle (split at blanks from 9 on, hence the quotes).
 */
export function androidBuildArguments(
  spec: Pick<JobSpec, "buildType" | "packageType">,
  cordovaVersion: string,
  platformVersion: string | undefined,
  signingProperties: string | undefined,
): string[] {
  const own: string[] = [];
  if (knowsPackageType(platformVersion)) {
    own.push(`--packageType=${spec.packageType === "aab" ? "bundle" : "apk"}`);
  }
  if (signingProperties) own.push(`--gradleArg=-PcdvReleaseSigningPropertiesFile=${signingProperties}`);
  const flags = [spec.buildType === "release" ? "--release" : "--debug", ...telemetryFlag(cordovaVersion)];
  return ["build", "android", ...flags, ...(own.length > 0 ? ["--", ...own] : [])];
}

/** Throws PACKAGE_TYPE_UNSUPPORTED when this cordova-android can't make the file that is asked for. */
export function checkPackageType(packageType: PackageType | undefined, platformVersion: string | undefined): void {
  if (packageType !== "aab" || knowsPackageType(platformVersion)) return;
  throw errorOf("PACKAGE_TYPE_UNSUPPORTED", { version: platformVersion ?? "", type: packageType });
}

/** Where the version isn't known it is taken for a newer one. */
function knowsPackageType(platformVersion: string | undefined): boolean {
  const [major = 99, minor = 0] = (platformVersion ?? "99.0").split(".").map(Number);
  return major > 8 || (major === 8 && minor >= 1);
}
