import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CordovaTools } from "../job/findings.ts";

/** The cordova installed in a folder's node_modules. */
export function cordovaIn(folder: string): CordovaTools | undefined {
  const command = join(folder, "node_modules", ".bin", "cordova");
  if (!existsSync(command)) return undefined;
  return { command, version: versionOfPackage(join(folder, "node_modules", "cordova")) ?? "of unknown version" };
}

/** `version` of a package's package.json; undefined when there is no such package. */
export function versionOfPackage(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string }).version;
  } catch {
    return undefined;
  }
}
