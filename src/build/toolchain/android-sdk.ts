import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { which } from "../../base/processes/which.ts";
import type { Tool } from "./tool.ts";

export interface AndroidSdk {
  home: string;
  /** `android-34` as version 34. */
  platforms: Tool[];
  /** Newest first. */
  buildTools: Tool[];
  /** Why it can't be used; empty when it can. */
  lacking: string;
}

/** Reads the Android SDK that ANDROID_HOME, else ANDROID_SDK_ROOT, of an environment names. Never throws. */
export function readAndroidSdk(environment: Readonly<Record<string, string>>): AndroidSdk {
  const name = environment["ANDROID_HOME"] ? "ANDROID_HOME" : "ANDROID_SDK_ROOT";
  const home = environment[name] ?? "";
  const none = (lacking: string): AndroidSdk => ({ home, platforms: [], buildTools: [], lacking });
  if (home === "") return none("Neither ANDROID_HOME nor ANDROID_SDK_ROOT is set in the environment of builds.");
  if (!existsSync(home)) return none(`${name} names ${home}, which doesn't exist.`);
  const platforms = revisionsIn(join(home, "platforms"), "android-platform", /^android-([\w.-]+)$/);
  const buildTools = revisionsIn(join(home, "build-tools"), "android-build-tools", /^(.+)$/);
  const lacking =
    platforms.length + buildTools.length > 0
      ? ""
      : `${name} names ${home}, which holds no platforms and no build-tools.`;
  return { home, platforms, buildTools, lacking };
}

/** A program of the SDK's newest build-tools, else of PATH (Debian puts them there). */
export function sdkProgram(name: string, environment: Readonly<Record<string, string>>): string | undefined {
  const folders = readAndroidSdk(environment).buildTools.map((tools) => tools.path);
  return which(name, folders.join(":")) ?? which(name, environment["PATH"] ?? "");
}

function revisionsIn(folder: string, kind: string, name: RegExp): Tool[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const tools = names
    .flatMap((entry) => {
      const version = name.exec(entry)?.[1];
      const path = join(folder, entry);
      return version ? [{ kind, version: revisionOf(path, kind) ?? version, path }] : [];
    })
    .sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }));
  // Debian's SDK has one revision under two names.
  return tools.filter((tool, index) => tools.findIndex((other) => other.version === tool.version) === index);
}

/** build-tools tell their revision in source.properties, whatever their folder is called. */
function revisionOf(folder: string, kind: string): string | undefined {
  if (kind !== "android-build-tools") return undefined;
  try {
    return /^Pkg\.Revision\s*=\s*(.+)$/m.exec(readFileSync(join(folder, "source.properties"), "utf8"))?.[1]?.trim();
  } catch {
    return undefined;
  }
}
