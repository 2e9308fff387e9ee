import { errorOf } from "../../base/errors/millwright-error.ts";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";

/** Highest versionCode that Google Play takes. */
const HIGHEST_VERSION_CODE = 2_100_000_000;

/** Throws NATIVE_CONFIG_INVALID when the platform's tools would refuse or misread an override. */
export function checkNativeConfig(config: NativeConfig, platform: string): void {
  const invalid = (reason: string) => errorOf("NATIVE_CONFIG_INVALID", { name: config.name, reason });
  const { bundleId, version, buildNumber, preferences = {} } = config;
  const idForm = platform === "android" ? ANDROID_ID : IOS_ID;
  if (bundleId !== undefined && !idForm.test(bundleId)) {
    throw invalid(
      `The bundle id ${bundleId} is not one of ${platform}: names joined by dots, such as com.example.app.`,
    );
  }
  if (version !== undefined && !/^\d+(\.\d+){0,3}([-+][0-9A-Za-z.-]+)?$/.test(version)) {
    throw invalid(`The version ${version} is not made of numbers and dots, such as 1.4.2.`);
  }
  if (buildNumber !== undefined) checkBuildNumber(buildNumber, platform, invalid);
  const wrong = Object.keys(preferences).find((name) => !/^[A-Za-z0-9_.-]+$/.test(name));
  if (wrong !== undefined) throw invalid(`The preference ${JSON.stringify(wrong)} has no valid name.`);
}

const ANDROID_ID = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$/;
const IOS_ID = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

function checkBuildNumber(text: string, platform: string, invalid: (reason: string) => Error): void {
  if (platform !== "android") {
    if (/^\d+(\.\d+){0,2}$/.test(text)) return;
    throw invalid(`The build number ${text} is not one of ios: up to three numbers with dots.`);
  }
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= HIGHEST_VERSION_CODE) return;
  throw invalid(`The build number ${text} is not one of android: a whole number from 1 to ${HIGHEST_VERSION_CODE}.`);
}
