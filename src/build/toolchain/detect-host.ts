import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { arch, availableParallelism, platform, release, totalmem } from "node:os";
import type { Capability, PlatformSupport, Toolchain } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { readAndroidSdk } from "./android-sdk.ts";
import { findGradle } from "./gradle.ts";
import { findJdks } from "./jdks.ts";
import { findNodes } from "./nodes.ts";
import { findPrograms } from "./programs.ts";
import type { Tool } from "./tool.ts";
import type { HostXcode } from "./xcode-finder.ts";
import { describeTrouble } from "./xcode-state.ts";

/**
 * What this host can do with the environment that builds get. `folder` is where builds work: its free disk is told.
 * `xcodes` come from an XcodeFinder, the one that builds use first. `targetPlatforms` is left to the caller. Takes well under
 * a second and never throws: what can't be read is left out, or told in `lacking`.
 */
export async function detectHost(
  environment: Readonly<Record<string, string>>,
  folder = "/",
  nodeFolders: readonly string[] = [],
  xcodes: readonly HostXcode[] = [],
): Promise<Capability> {
  const tools: Tool[] = [...(await findPrograms(environment)), ...findNodes(nodeFolders), ...findJdks(environment)];
  const gradle = findGradle(environment);
  if (gradle) tools.push(gradle);
  const sdk = readAndroidSdk(environment);
  tools.push(...sdk.platforms, ...sdk.buildTools, ...xcodes.map(toolOf));
  return {
    os: platform(),
    osVersion: osVersion(),
    arch: arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    diskFreeBytes: await freeBytes(folder),
    toolchains: withPreference(tools),
    platforms: supports(tools, sdk.lacking),
    targetPlatforms: [],
  };
}

function supports(tools: readonly Tool[], sdkLacking: string): PlatformSupport[] {
  const missing = ["node", "npm", "git"].filter((kind) => !tools.some((tool) => tool.kind === kind));
  const web = missing.length > 0 ? `Not on the PATH of builds: ${missing.join(", ")}.` : "";
  const forAndroid = [web, sdkLacking];
  if (!tools.some((tool) => tool.kind === "jdk")) forAndroid.push("No JDK was found.");
  if (!tools.some((tool) => tool.kind === "gradle")) forAndroid.push("Not on the PATH of builds: gradle.");
  return [support("web", [web]), support("android", forAndroid), support("ios", [web, whyNoXcode(tools)])];
}

/** The tools decide, not the operating system: an Xcode that answers is one. */
function whyNoXcode(tools: readonly Tool[]): string {
  const xcodes = tools.filter((tool) => tool.kind === "xcode");
  if (xcodes.length === 0) return "No Xcode was found (it runs on macOS).";
  if (xcodes.some((xcode) => !xcode.lacking)) return "";
  return xcodes.map(({ version, path, lacking }) => `Xcode ${version} at ${path}: ${lacking}.`).join(" ");
}

function toolOf({ version, path, build, sdks, beta, trouble }: HostXcode): Tool {
  return { kind: "xcode", version, path, build, sdks, beta, ...(trouble ? { lacking: describeTrouble(trouble) } : {}) };
}

function support(name: string, lacking: readonly string[]): PlatformSupport {
  const text = lacking.filter((part) => part !== "").join(" ");
  return { platform: name, supported: text === "", lacking: text };
}

/** The first of each kind is the one that builds use; nobody prefers what can't be used. */
function withPreference(tools: readonly Tool[]): Toolchain[] {
  const seen = new Set<string>();
  return tools.map((tool) => {
    const { build = "", lacking = "", sdks = [], beta = false } = tool;
    const preferred = !seen.has(tool.kind) && lacking === "";
    seen.add(tool.kind);
    return { ...tool, build, lacking, sdks, beta, preferred };
  });
}

function osVersion(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? release();
  } catch {
    return release(); // macOS: the kernel's version
  }
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
