import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PlistValue } from "plist";
import type { Dictionary } from "../../plists/dictionary.ts";
import { readDictionary } from "../../plists/plist-file.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import { EXTENSION, type Target } from "../project/project-file.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { expandedDictionary } from "../signing/plan.ts";
import { BuildFailure } from "./failure.ts";

/** The Info.plist of a product: the target's own, expanded, with what Xcode generates and adds. */
export function infoPlist(request: BuildRequest, target: Target, settings: BuildSettings): Dictionary {
  const name = settings.value("INFOPLIST_FILE");
  const file = name.startsWith("/") ? name : join(target.project.folder, name);
  if (name !== "" && !existsSync(file)) {
    throw new BuildFailure([
      `error: Build input file cannot be found: '${file}'. Did you forget to declare this file?`,
    ]);
  }
  const own = name === "" ? {} : expandedDictionary(readDictionary(file), settings);
  const generated = settings.flag("GENERATE_INFOPLIST_FILE") ? generatedKeys(target, settings) : {};
  return { ...generated, ...own, ...keysOfXcode(request, settings) };
}

function generatedKeys(target: Target, settings: BuildSettings): Dictionary {
  const keys: Dictionary = {
    CFBundleDevelopmentRegion: settings.value("DEVELOPMENT_LANGUAGE"),
    CFBundleExecutable: settings.value("EXECUTABLE_NAME"),
    CFBundleIdentifier: settings.value("PRODUCT_BUNDLE_IDENTIFIER"),
    CFBundleInfoDictionaryVersion: "6.0",
    CFBundleName: settings.value("PRODUCT_NAME"),
    CFBundlePackageType: target.productType === EXTENSION ? "XPC!" : "APPL",
    CFBundleShortVersionString: settings.value("MARKETING_VERSION"),
    CFBundleVersion: settings.value("CURRENT_PROJECT_VERSION"),
    LSRequiresIPhoneOS: true,
  };
  for (const name of settings.names("INFOPLIST_KEY_")) {
    const key = name
      .slice("INFOPLIST_KEY_".length)
      .replace(/_iPad$/, "~ipad")
      .replace(/_iPhone$/, "~iphone");
    keys[key] = generatedValue(key, settings.value(name));
  }
  return keys;
}

function generatedValue(key: string, value: string): PlistValue {
  if (value === "YES" || value === "NO") return value === "YES";
  return key.startsWith("UISupportedInterfaceOrientations") ? value.split(" ") : value;
}

function keysOfXcode({ machine, xcode, platform }: BuildRequest, settings: BuildSettings): Dictionary {
  const [major = "0", minor = "0", patch = "0"] = xcode.version.split(".");
  const families = settings.value("TARGETED_DEVICE_FAMILY").split(",").filter(Boolean).map(Number);
  return {
    BuildMachineOSBuild: machine.settings.macOS.build,
    CFBundleSupportedPlatforms: [platform === "iphoneos" ? "iPhoneOS" : "iPhoneSimulator"],
    DTCompiler: "com.apple.compilers.llvm.clang.1_0",
    DTPlatformBuild: xcode.build,
    DTPlatformName: platform,
    DTPlatformVersion: xcode.sdk,
    DTSDKBuild: xcode.build,
    DTSDKName: `${platform}${xcode.sdk}`,
    DTXcode: `${major.padStart(2, "0")}${minor}${patch}`,
    DTXcodeBuild: xcode.build,
    MinimumOSVersion: settings.value("IPHONEOS_DEPLOYMENT_TARGET") || xcode.sdk,
    UIDeviceFamily: families.length > 0 ? families : [1],
    ...(platform === "iphoneos" ? { UIRequiredDeviceCapabilities: ["arm64"] } : {}),
  };
}
