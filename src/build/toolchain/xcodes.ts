import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "./tool.ts";

/** The Xcodes below /Applications, newest first, by their version.plist: without starting one. */
export function findXcodes(applications = "/Applications"): Tool[] {
  let names: string[];
  try {
    names = readdirSync(applications).filter((name) => /^Xcode.*\.app$/.test(name));
  } catch {
    return []; // not a Mac
  }
  return names
    .flatMap((name) => {
      const path = join(applications, name);
      const version = versionOf(join(path, "Contents", "version.plist"));
      return version ? [{ kind: "xcode", version, path }] : [];
    })
    .sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }));
}

function versionOf(plist: string): string | undefined {
  try {
    return /CFBundleShortVersionString<\/key>\s*<string>([^<]+)/.exec(readFileSync(plist, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
