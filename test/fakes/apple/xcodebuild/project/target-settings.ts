import { join } from "node:path";
import { absolute, type Machine, profileHome } from "../../machine/machine.ts";
import { dictionaryIn, textIn, textsIn } from "../../plists/dictionary.ts";
import type { SelectedXcode } from "../../xcode/selected-xcode.ts";
import type { CommandLine } from "../command-line.ts";
import { type Assignment, assignment, assignmentsIn } from "./assignments.ts";
import { type BuildSettings, buildSettings } from "./build-settings.ts";
import { type Project, pathOfReference, type Target } from "./project-file.ts";
import { readXcconfig } from "./xcconfig.ts";

export interface BuildRequest {
  machine: Machine;
  xcode: SelectedXcode;
  line: CommandLine;
  configuration: string;
  platform: "iphoneos" | "iphonesimulator";
  action: string;
}

/**
 * The settings of a target: Xcode's own, then the project's xcconfig and settings, the target's xcconfig and settings,
 * -xcconfig and the command line, each over those before.
 */
export function settingsOf(request: BuildRequest, target: Target): BuildSettings {
  const { machine, line, configuration, xcode, platform } = request;
  const extra = line.option("xcconfig");
  const assignments = [
    ...builtIn(request, target),
    ...layersOf(target.project, textIn(target.project.root, "buildConfigurationList"), configuration),
    ...layersOf(target.project, textIn(target.object, "buildConfigurationList"), configuration),
    ...(extra === undefined ? [] : readXcconfig(absolute(machine, extra))),
    ...line.settings.map(({ name, value }) => assignment(name, value)),
  ];
  return buildSettings(assignments, { sdk: `${platform}${xcode.sdk}`, configuration, arch: "arm64" });
}

function layersOf(project: Project, list: string | undefined, configuration: string): Assignment[] {
  const ids = textsIn(project.object(list), "buildConfigurations");
  const id = ids.find((each) => textIn(project.object(each), "name") === configuration);
  const found = project.object(id);
  const base = textIn(found, "baseConfigurationReference");
  const file = base === undefined ? [] : readXcconfig(pathOfReference(project, base));
  return [...file, ...assignmentsIn(dictionaryIn(found, "buildSettings"))];
}

function builtIn(request: BuildRequest, target: Target): Assignment[] {
  const { machine, xcode, configuration, platform, action } = request;
  const { project } = target;
  const derived = join(profileHome(machine), "Library/Developer/Xcode/DerivedData", `${project.name}-fake`);
  const data = request.line.option("derivedDataPath");
  const products = join(data === undefined ? derived : absolute(machine, data), "Build/Products");
  const wrapper = target.productType.endsWith(".app-extension") ? "appex" : "app";
  const settings: Record<string, string> = {
    ACTION: action,
    CONFIGURATION: configuration,
    SRCROOT: project.folder,
    PROJECT_DIR: project.folder,
    PROJECT_NAME: project.name,
    PROJECT_FILE_PATH: project.path,
    TARGET_NAME: target.name,
    TARGETNAME: target.name,
    PLATFORM_NAME: platform,
    EFFECTIVE_PLATFORM_NAME: `-${platform}`,
    SDK_NAME: `${platform}${xcode.sdk}`,
    DEVELOPER_DIR: xcode.developerDir,
    SYMROOT: products,
    BUILD_DIR: "$(SYMROOT)",
    CONFIGURATION_BUILD_DIR: "$(BUILD_DIR)/$(CONFIGURATION)$(EFFECTIVE_PLATFORM_NAME)",
    BUILT_PRODUCTS_DIR: "$(CONFIGURATION_BUILD_DIR)",
    DSTROOT: join(products, "../Intermediates.noindex/InstallationBuildProductsLocation"),
    INSTALL_PATH: "/Applications",
    PRODUCT_NAME: "$(TARGET_NAME)",
    PRODUCT_MODULE_NAME: "$(PRODUCT_NAME:c99extidentifier)",
    EXECUTABLE_NAME: "$(PRODUCT_NAME)",
    FULL_PRODUCT_NAME: `$(PRODUCT_NAME).${wrapper}`,
    WRAPPER_NAME: "$(FULL_PRODUCT_NAME)",
    CODE_SIGN_STYLE: "Automatic",
    CODE_SIGN_IDENTITY: platform === "iphoneos" ? "Apple Development" : "-",
    CODE_SIGNING_ALLOWED: "YES",
    DEBUG_INFORMATION_FORMAT: "dwarf-with-dsym",
    DEVELOPMENT_LANGUAGE: "en",
  };
  return Object.entries(settings).map(([name, value]) => assignment(name, value));
}
