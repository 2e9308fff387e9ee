import { readPropertyList } from "./property-list.ts";

/** What an app's Info.plist says. Texts are empty where it says nothing. */
export interface AppInfo {
  identifier: string;
  /** CFBundleShortVersionString */
  versionName: string;
  /** CFBundleVersion */
  versionCode: string;
  displayName: string;
  minimumOs: string;
  /** File name of the main program. */
  executable: string;
  /** `iphoneos`, `iphonesimulator` */
  platform: string;
  /** CFBundleSupportedPlatforms: `iPhoneOS`, `iPhoneSimulator` */
  supportedPlatforms: string[];
}

/** Reads an Info.plist; undefined when it is none. */
export function readAppInfo(bytes: Buffer): AppInfo | undefined {
  const values = readPropertyList(bytes);
  if (!values) return undefined;
  const text = (name: string): string => {
    const value = values[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const platforms = values["CFBundleSupportedPlatforms"];
  const info: AppInfo = {
    identifier: text("CFBundleIdentifier"),
    versionName: text("CFBundleShortVersionString"),
    versionCode: text("CFBundleVersion"),
    displayName: text("CFBundleDisplayName") || text("CFBundleName"),
    minimumOs: text("MinimumOSVersion"),
    executable: text("CFBundleExecutable"),
    platform: text("DTPlatformName"),
    supportedPlatforms: Array.isArray(platforms) ? platforms.filter((each) => typeof each === "string") : [],
  };
  return info.identifier === "" ? undefined : info;
}
