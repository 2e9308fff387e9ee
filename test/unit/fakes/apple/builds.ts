import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type PlistValue } from "plist";
import type { FakeMac } from "../../../fakes/apple/install.ts";
import type { Ran } from "../../../fakes/apple/machine/tool.ts";
import { type RunWish, run } from "./mac.ts";
import { type SampleWish, sampleProject } from "./sample-project.ts";

export const ARCHIVE = "App.xcarchive/Products/Applications/Hello App.app";

/** A new folder with a sample project. */
export function newProject(mac: FakeMac, wish: SampleWish = {}): string {
  return sampleProject(mkdtempSync(join(mac.root, "project-")), wish);
}

/** Calls xcodebuild as cordova-ios does to archive. */
export function archive(mac: FakeMac, cwd: string, more: readonly string[] = [], wish: RunWish = {}): Promise<Ran> {
  const what = ["-workspace", "App.xcworkspace", "-scheme", "App", "-configuration", "Release"];
  const where = ["-destination", "generic/platform=iOS", "-archivePath", "App.xcarchive"];
  return run(mac, "xcodebuild", [...what, ...where, "archive", ...more], { cwd, ...wish });
}

/** Calls xcodebuild as cordova-ios does to export, with these options. */
export function exportArchive(
  mac: FakeMac,
  cwd: string,
  options: Record<string, PlistValue>,
  more: readonly string[] = [],
): Promise<Ran> {
  writeFileSync(join(cwd, "exportOptions.plist"), build(options));
  const paths = ["-archivePath", "App.xcarchive", "-exportOptionsPlist", "exportOptions.plist", "-exportPath", "out"];
  return run(mac, "xcodebuild", ["-exportArchive", ...paths, ...more], { cwd });
}
