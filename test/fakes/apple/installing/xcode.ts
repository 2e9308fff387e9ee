import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readSettings, writeSettings, type XcodeState } from "../machine/settings.ts";
import { writeXmlPlist } from "../plists/plist-file.ts";
import { type Programs, writeProgram } from "./programs.ts";

export interface XcodeWish extends Partial<XcodeState> {
  version: string;
  /** The folder below Applications: Xcode-VERSION.app by default. */
  folder?: string;
  beta?: boolean;
}

/** Builds and SDKs of Xcode as Apple released them. */
const KNOWN: Record<string, { build: string; sdk: string }> = {
  "14.3.1": { build: "14E300c", sdk: "16.4" },
  "15.2": { build: "15C500b", sdk: "17.2" },
  "15.4": { build: "15F31d", sdk: "17.5" },
  "16.2": { build: "16C5032a", sdk: "18.2" },
  "16.4": { build: "16F6", sdk: "18.5" },
  "26.0": { build: "17A324", sdk: "26.0" },
};

export function folderOf({ version, folder = `Xcode-${version}.app` }: XcodeWish): string {
  return folder;
}

export function installXcode(programs: Programs, wish: XcodeWish): void {
  const folder = folderOf(wish);
  const state = stateOf(wish);
  const contents = join(programs.root, "Applications", folder, "Contents");
  const developer = join(contents, "Developer");
  const versions = { CFBundleShortVersionString: state.version, CFBundleVersion: "23507" };
  const identity = { CFBundleIdentifier: "com.apple.dt.Xcode", CFBundleName: "Xcode", CFBundleExecutable: "Xcode" };
  const { build: ProductBuildVersion } = state;
  writeXmlPlist(join(contents, "version.plist"), { ...versions, BuildVersion: "1", ProductBuildVersion });
  writeXmlPlist(join(contents, "Info.plist"), { ...identity, ...versions, DTXcodeBuild: ProductBuildVersion });
  const licenseType = wish.beta ? "Beta" : "GM";
  writeXmlPlist(join(contents, "Resources/LicenseInfo.plist"), { licenseID: "EA1910", licenseType });
  for (const platform of platformsOf(state)) {
    const sdk = `${platform.name}${platform.version}.sdk`;
    const sdks = join(developer, "Platforms", `${platform.name}.platform`, "Developer/SDKs");
    const names = { CanonicalName: `${platform.canonical}${platform.version}`, Version: platform.version };
    writeXmlPlist(join(sdks, `${platform.name}.sdk`, "SDKSettings.plist"), names);
    if (platform.version !== "") symlinkSync(`${platform.name}.sdk`, join(sdks, sdk));
  }
  for (const tool of ["xcodebuild", "simctl"]) {
    const more = { FAKE_APPLE_DEVELOPER_DIR: developer };
    if (tool === "xcodebuild") writeProgram(programs, join(developer, "usr/bin", tool), tool, more);
  }
  const settings = readSettings(programs.root);
  writeSettings(programs.root, { ...settings, xcodes: { ...settings.xcodes, [folder]: state } });
}

function stateOf(wish: XcodeWish): XcodeState {
  const known = KNOWN[wish.version] ?? { build: "99A999", sdk: wish.version };
  const { build = known.build, sdk = known.sdk, version } = wish;
  const { licenseAccepted = true, firstLaunchDone = true, iosPlatform = "installed" } = wish;
  return { version, build, sdk, licenseAccepted, firstLaunchDone, iosPlatform };
}

function platformsOf({ sdk, iosPlatform }: XcodeState): { name: string; canonical: string; version: string }[] {
  const mac = { name: "MacOSX", canonical: "macosx", version: macSdkOf(sdk) };
  const ios = [
    { name: "iPhoneOS", canonical: "iphoneos", version: sdk },
    { name: "iPhoneSimulator", canonical: "iphonesimulator", version: sdk },
  ];
  return iosPlatform === "absent" ? [mac] : [mac, ...ios];
}

/** The macOS SDK that goes with an iOS SDK: 15.2 with 18.2, 26.0 with 26.0. */
export function macSdkOf(sdk: string): string {
  const [major = "0", minor = "0"] = sdk.split(".");
  return Number(major) >= 26 ? sdk : `${Number(major) - 3}.${minor}`;
}

/** What `xcode-select -s` sets; the command line tools where no Xcode is given. */
export function selectXcode(root: string, wish: XcodeWish | undefined): void {
  const tools = join(root, "Library/Developer/CommandLineTools");
  mkdirSync(join(tools, "usr/bin"), { recursive: true });
  mkdirSync(join(root, "var/db"), { recursive: true });
  const developer = wish ? join(root, "Applications", folderOf(wish), "Contents/Developer") : tools;
  symlinkSync(developer, join(root, "var/db/xcode_select_link"));
}
