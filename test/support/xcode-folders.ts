import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, buildBinary } from "plist";

export interface LaidXcode {
  /** `Xcode.app` when left out. */
  name?: string;
  version: string;
  build?: string;
  /** Version of its iOS SDK; empty for an Xcode without iOS platform. */
  sdk?: string;
  beta?: boolean;
  /** Property lists in the binary notation. */
  binary?: boolean;
  /** What keeps it from being used, as the program of `xcodePrograms` plays it. */
  state?: XcodeState[];
}

/** `licence`, `first-launch`, `runtime`: not there yet. `broken`: it fails. */
export type XcodeState = "licence" | "first-launch" | "runtime" | "broken";

/** Lays out an Xcode by the files that tell what it is; answers its path. */
export function layXcode(applications: string, xcode: LaidXcode): string {
  const { name = "Xcode.app", version, sdk = "18.2" } = xcode;
  const path = join(applications, name);
  const developer = join(path, "Contents/Developer");
  mkdirSync(developer, { recursive: true });
  writePlist(path, "Contents/version.plist", xcode, {
    CFBundleShortVersionString: version,
    ProductBuildVersion: xcode.build ?? "16C5032a",
  });
  mkdirSync(join(path, "Contents/Resources"), { recursive: true });
  writePlist(path, "Contents/Resources/LicenseInfo.plist", xcode, { licenseType: xcode.beta ? "Beta" : "GM" });
  if (sdk !== "") {
    const sdks = join(developer, "Platforms/iPhoneOS.platform/Developer/SDKs");
    mkdirSync(join(sdks, "iPhoneOS.sdk"), { recursive: true });
    symlinkSync("iPhoneOS.sdk", join(sdks, `iPhoneOS${sdk}.sdk`));
  }
  for (const state of xcode.state ?? []) writeFileSync(join(developer, state), "");
  return path;
}

/** Ends what keeps an Xcode from being used, as a person does on a Mac. */
export function makeReady(xcode: string, state: XcodeState): void {
  rmSync(join(xcode, "Contents/Developer", state));
}

function writePlist(path: string, file: string, { binary }: LaidXcode, value: Record<string, string>): void {
  writeFileSync(join(path, file), binary ? buildBinary(value) : build(value));
}

/** Each call is a line in the file calls beside it. What it says hangs on files in DEVELOPER_DIR. */
const XCODEBUILD = `#!/bin/sh
echo "xcodebuild $* $DEVELOPER_DIR" >> "$(dirname "$0")/calls"
cd "$DEVELOPER_DIR" || exit 1
[ -e broken ] && echo "dyld: Library not loaded" >&2 && exit 134
if [ -e licence ]; then
  printf '\\nYou have not agreed to the Xcode license agreements.\\n' >&2
  exit 69
fi
case "$1" in
  -checkFirstLaunchStatus) [ ! -e first-launch ] || exit 69 ;;
  -version) echo "Xcode 0.0"; echo "Build version 0A0" ;;
esac
`;

const XCRUN = `#!/bin/sh
cd "$DEVELOPER_DIR" || exit 1
runtimes='{"identifier":"com.apple.CoreSimulator.SimRuntime.iOS-18-2","isAvailable":true}'
[ -e runtime ] && runtimes='{"identifier":"com.apple.CoreSimulator.SimRuntime.tvOS-18-2","isAvailable":true}'
[ "$*" = "simctl list runtimes --json" ] && echo "{\\"runtimes\\":[$runtimes]}"
`;

/** Small programs that stand in for xcodebuild and xcrun, written to a folder for PATH. */
export function xcodePrograms(bin: string): void {
  for (const [name, script] of Object.entries({ xcodebuild: XCODEBUILD, xcrun: XCRUN })) {
    writeProgram(bin, name, script);
  }
}

export function writeProgram(bin: string, name: string, script: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}
