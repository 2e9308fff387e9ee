import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface SampleWish {
  /** Build settings of the app's target, over the others. */
  settings?: Record<string, string>;
  /** Lines of the target's xcconfig. */
  xcconfig?: string;
  entitlements?: string;
  extension?: boolean;
  /** Build settings of the extension's target, over the others. */
  extensionSettings?: Record<string, string>;
  source?: string;
  script?: string;
}

/** A project like those that cordova-ios makes: App.xcworkspace, App.xcodeproj, a scheme, an xcconfig and sources. */
export function sampleProject(folder: string, wish: SampleWish = {}): string {
  const files: Record<string, string> = {
    "App.xcodeproj/project.pbxproj": projectOf(wish),
    "App.xcworkspace/contents.xcworkspacedata": WORKSPACE,
    "App.xcworkspace/xcshareddata/xcschemes/App.xcscheme": SCHEME,
    "App.xcconfig": wish.xcconfig ?? "",
    "App/Info.plist": plist(`<key>CFBundleName</key><string>$(PRODUCT_NAME)</string>`),
    "App/App.entitlements": plist(wish.entitlements ?? ""),
    "App/main.m": wish.source ?? "int main(void) { return 0; }\n",
    "App/Share.plist": plist("<key>NSExtension</key><dict/>"),
    "www/index.html": "<p>Hello</p>\n",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Settings of manual signing. */
export function manually(profile: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    CODE_SIGN_STYLE: "Manual",
    CODE_SIGN_IDENTITY: "Apple Distribution",
    DEVELOPMENT_TEAM: "ABCDE12345",
    PROVISIONING_PROFILE_SPECIFIER: profile,
    ...more,
  };
}

function plist(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>${content}</dict></plist>\n`;
}

const WORKSPACE = `<?xml version="1.0" encoding="UTF-8"?>
<Workspace version = "1.0"><FileRef location = "group:App.xcodeproj"></FileRef></Workspace>`;

const SCHEME = `<?xml version="1.0" encoding="UTF-8"?>
<Scheme version = "1.3"><BuildAction><BuildActionEntries><BuildActionEntry><BuildableReference
  BlueprintIdentifier = "APP" ReferencedContainer = "container:App.xcodeproj"></BuildableReference></BuildActionEntry>
</BuildActionEntries></BuildAction></Scheme>`;

function projectOf({ settings = {}, extension = false, extensionSettings = {}, script }: SampleWish): string {
  const target = {
    PRODUCT_BUNDLE_IDENTIFIER: "com.example.hello",
    PRODUCT_NAME: "Hello App",
    INFOPLIST_FILE: "App/Info.plist",
    GENERATE_INFOPLIST_FILE: "YES",
    MARKETING_VERSION: "1.2.3",
    CURRENT_PROJECT_VERSION: "45",
    CODE_SIGN_ENTITLEMENTS: "App/App.entitlements",
    ...settings,
  };
  const share = {
    ...target,
    PRODUCT_BUNDLE_IDENTIFIER: "com.example.hello.share",
    PRODUCT_NAME: "Share",
    INFOPLIST_FILE: "App/Share.plist",
    PROVISIONING_PROFILE_SPECIFIER: "share",
    CODE_SIGN_ENTITLEMENTS: "",
    ...extensionSettings,
  };
  const objects = {
    ...FILES,
    ...targetsOf(extension, script !== undefined),
    SCRIPT: { isa: "PBXShellScriptBuildPhase", shellPath: "/bin/sh", shellScript: script ?? "" },
    ...configurations("PROJECT", { SDKROOT: "iphoneos", IPHONEOS_DEPLOYMENT_TARGET: "15.0" }, undefined),
    ...configurations("APP", target, "XCCONFIG"),
    ...configurations("SHARE", share, undefined),
  };
  return `// !$*UTF8*$!\n${written({ archiveVersion: "1", objects, rootObject: "PROJECT" })}\n`;
}

const FILES: Record<string, Thing> = {
  GROUP: { isa: "PBXGroup", sourceTree: "<group>", children: ["MAIN", "WWW", "XCCONFIG"] },
  MAIN: { isa: "PBXFileReference", sourceTree: "<group>", path: "App/main.m" },
  WWW: { isa: "PBXFileReference", sourceTree: "SOURCE_ROOT", path: "www" },
  XCCONFIG: { isa: "PBXFileReference", sourceTree: "<group>", path: "App.xcconfig" },
  SHARE_PRODUCT: { isa: "PBXFileReference", sourceTree: "BUILT_PRODUCTS_DIR", path: "Share.appex" },
  MAIN_BUILT: { isa: "PBXBuildFile", fileRef: "MAIN" },
  WWW_BUILT: { isa: "PBXBuildFile", fileRef: "WWW" },
  SHARE_BUILT: { isa: "PBXBuildFile", fileRef: "SHARE_PRODUCT" },
  SOURCES: { isa: "PBXSourcesBuildPhase", files: ["MAIN_BUILT"] },
  RESOURCES: { isa: "PBXResourcesBuildPhase", files: ["WWW_BUILT"] },
  EMBED: { isa: "PBXCopyFilesBuildPhase", dstPath: "", dstSubfolderSpec: "13", files: ["SHARE_BUILT"] },
  NEEDS: { isa: "PBXTargetDependency", target: "SHARE" },
};

function targetsOf(extension: boolean, script: boolean): Record<string, Thing> {
  const project = { isa: "PBXProject", mainGroup: "GROUP", buildConfigurationList: "LIST_PROJECT" };
  const app = { isa: "PBXNativeTarget", name: "App", productType: "com.apple.product-type.application" };
  const share = { isa: "PBXNativeTarget", name: "Share", productType: "com.apple.product-type.app-extension" };
  const phases = ["SOURCES", "RESOURCES", ...(script ? ["SCRIPT"] : []), ...(extension ? ["EMBED"] : [])];
  return {
    PROJECT: { ...project, targets: extension ? ["APP", "SHARE"] : ["APP"] },
    APP: { ...app, buildConfigurationList: "LIST_APP", buildPhases: phases, dependencies: extension ? ["NEEDS"] : [] },
    SHARE: { ...share, buildConfigurationList: "LIST_SHARE", buildPhases: [], dependencies: [] },
  };
}

function configurations(owner: string, buildSettings: Thing, base: string | undefined): Record<string, Thing> {
  const names = ["Debug", "Release"];
  const made = names.map((name): [string, Thing] => {
    const reference = base === undefined ? {} : { baseConfigurationReference: base };
    return [`${name}_${owner}`, { isa: "XCBuildConfiguration", name, buildSettings, ...reference }];
  });
  const list = { isa: "XCConfigurationList", buildConfigurations: made.map(([id]) => id) };
  return { ...Object.fromEntries(made), [`LIST_${owner}`]: list };
}

type Thing = { [key: string]: string | Thing | string[] };

function written(value: string | Thing | string[]): string {
  if (typeof value === "string")
    return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
  if (Array.isArray(value)) return `(${value.map((each) => `${written(each)}, `).join("")})`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${written(key)} = ${written(each)}; `)
    .join("\n")}}`;
}
