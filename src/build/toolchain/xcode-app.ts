import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "plist";
import type { XcodeVersion } from "../../protocol/target-platform.ts";

/** An Xcode on this host, by its files alone. */
export interface XcodeApp extends XcodeVersion {
  /** `17A324`; empty when its files don't say. */
  build: string;
  /** `…/Xcode.app`, without symbolic links. */
  path: string;
  /** What DEVELOPER_DIR must be to use it. */
  developerDir: string;
  /** Versions of its iOS SDKs, newest first; none when it has no iOS platform. */
  sdks: string[];
  /** Changes when another Xcode is put in its place. */
  changedMs: number;
}

/** Reads the Xcode in a folder; undefined when it holds none, or one that is still being copied. */
export function readXcodeApp(path: string): XcodeApp | undefined {
  const contents = join(path, "Contents");
  const about = readPlist(join(contents, "version.plist"));
  const version = text(about?.["CFBundleShortVersionString"]);
  const developerDir = join(contents, "Developer");
  if (!version || !isFolder(developerDir)) return undefined;
  return {
    version,
    build: text(about?.["ProductBuildVersion"]),
    path,
    developerDir,
    beta: isBeta(path, contents),
    sdks: iosSdks(developerDir),
    changedMs: Math.max(changed(path), changed(join(contents, "version.plist")), changed(developerDir)),
  };
}

/** Its licence says so (GitHub's images go by it too); the build number doesn't: 16C5032a is no beta. */
function isBeta(path: string, contents: string): boolean {
  const licence = readPlist(join(contents, "Resources", "LicenseInfo.plist"));
  return /beta/i.test(licence ? text(licence["licenseType"]) : basename(path));
}

/** The folder iPhoneOS.sdk has links beside it that carry the version: iPhoneOS18.2.sdk. */
function iosSdks(developerDir: string): string[] {
  const folder = join(developerDir, "Platforms", "iPhoneOS.platform", "Developer", "SDKs");
  const versions = namesIn(folder).flatMap((name) => /^iPhoneOS([\d.]+)\.sdk$/.exec(name)?.[1] ?? []);
  return [...new Set(versions)].sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
}

/** XML or binary, as Apple writes both. */
function readPlist(file: string): Record<string, unknown> | undefined {
  try {
    const bytes = readFileSync(file);
    const binary = bytes.subarray(0, 6).toString("latin1") === "bplist";
    const xml = binary ? "" : bytes.toString("utf8");
    if (!binary && !/<\/plist>\s*$/.test(xml)) return undefined; // the parser would mend it, and tell so on the console
    const value = parse(binary ? bytes : xml);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not there, or half written
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function changed(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
