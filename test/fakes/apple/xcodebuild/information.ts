import { join } from "node:path";
import { macSdkOf } from "../installing/xcode.ts";
import type { Machine } from "../machine/machine.ts";
import { out } from "../machine/tool.ts";
import type { SelectedXcode } from "../xcode/selected-xcode.ts";
import type { CommandLine } from "./command-line.ts";
import { openContainer, schemesOf } from "./project/workspace.ts";

export function showVersion({ version, build }: SelectedXcode): void {
  out(`Xcode ${version}\nBuild version ${build}`);
}

export interface Sdk {
  platform: string;
  title: string;
  display: string;
  canonical: string;
  version: string;
  path: string;
}

/** The SDKs that an Xcode has. */
export function sdksOf({ sdk, iosPlatform, developerDir }: SelectedXcode): Sdk[] {
  const known = [
    { platform: "iphoneos", title: "iOS SDKs", display: `iOS ${sdk}`, version: sdk, folder: "iPhoneOS" },
    {
      platform: "iphonesimulator",
      title: "iOS Simulator SDKs",
      display: `Simulator - iOS ${sdk}`,
      version: sdk,
      folder: "iPhoneSimulator",
    },
    {
      platform: "macosx",
      title: "macOS SDKs",
      display: `macOS ${macSdkOf(sdk)}`,
      version: macSdkOf(sdk),
      folder: "MacOSX",
    },
  ];
  const there = iosPlatform === "absent" ? known.slice(2) : known;
  return there.map(({ folder, ...each }) => ({
    ...each,
    canonical: `${each.platform}${each.version}`,
    path: join(developerDir, `Platforms/${folder}.platform/Developer/SDKs/${folder}${each.version}.sdk`),
  }));
}

export function showSdks(xcode: SelectedXcode, asJson: boolean): void {
  const sdks = sdksOf(xcode);
  if (asJson) {
    const entries = sdks.map(({ platform, display, canonical, version, path }) => ({
      buildID: `${xcode.build}-sdk`,
      canonicalName: canonical,
      displayName: display,
      isBaseSdk: true,
      platform,
      platformPath: path.replace(/\/Developer\/SDKs\/.*/, ""),
      platformVersion: version,
      productBuildVersion: xcode.build,
      sdkPath: path,
      sdkVersion: version,
    }));
    out(JSON.stringify(entries, null, 2));
    return;
  }
  for (const { title, display, canonical } of sdks) out(`${title}:\n\t${display.padEnd(30)}\t-sdk ${canonical}\n`);
}

export function showList(machine: Machine, line: CommandLine): void {
  const container = openContainer(machine, line);
  const schemes = schemesOf(container);
  const targets = container.projects.flatMap((project) => project.targets.map(({ name }) => name));
  if (line.flag("json")) {
    const { name, kind } = container;
    out(JSON.stringify({ [kind]: { name, schemes, ...(kind === "project" ? { targets } : {}) } }, null, 2));
    return;
  }
  out(`Information about ${container.kind} "${container.name}":`);
  if (container.kind === "project") out(`    Targets:\n${indented(targets)}\n`);
  out(`    Schemes:\n${indented(schemes)}\n`);
}

function indented(names: readonly string[]): string {
  return names.map((name) => `        ${name}`).join("\n");
}

/** The exit code tells: 69 where Xcode has yet to install what it needs. */
export function checkFirstLaunch({ firstLaunchDone, licenseAccepted }: SelectedXcode): number {
  return firstLaunchDone && licenseAccepted ? 0 : 69;
}
