import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";
import { fittingXcodes } from "../../protocol/target-platform.ts";
import { readXcodeApp, type XcodeApp } from "./xcode-app.ts";

const SPOTLIGHT_MS = 5_000;

/**
 * The Xcodes in `folders` (`Xcode*.app`) and, where the environment's PATH has `mdfind`, those that Spotlight knows besides;
 * newest first, betas last, each once however many links lead to it. Read by their files: none is started. Never throws.
 */
export async function findXcodeApps(
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<XcodeApp[]> {
  const candidates = [...folders.flatMap(appsIn), ...(await askSpotlight(environment))];
  const found = new Map<string, XcodeApp>();
  for (const candidate of candidates) {
    const path = realPath(candidate);
    const app = path === undefined || found.has(path) ? undefined : readXcodeApp(path);
    if (app) found.set(app.path, app);
  }
  return fittingXcodes(undefined, [...found.values()]);
}

/** Whether the configuration's `preferred` (a version, or the path of an app) means this Xcode. */
export function isPreferred({ path, version, build }: XcodeApp, preferred: string): boolean {
  if (preferred === "") return false;
  return preferred.includes("/") ? realPath(preferred) === path : preferred === version || preferred === build;
}

function appsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^Xcode.*\.app$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // no such folder on this host
  }
}

/** Its index may be switched off, as on many build hosts: what it doesn't know is no reason for anything. */
async function askSpotlight(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const command = which("mdfind", environment["PATH"] ?? "");
  if (!command) return [];
  let said = "";
  await run({
    command,
    args: ["kMDItemCFBundleIdentifier == 'com.apple.dt.Xcode'"],
    cwd: "/",
    environment,
    signal: AbortSignal.timeout(SPOTLIGHT_MS),
    graceMs: 100,
    onOutput: (stream, bytes) => {
      if (stream === "stdout") said += bytes.toString();
    },
  });
  return said.split("\n").filter((line) => line.startsWith("/") && line.endsWith(".app"));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // a link to an Xcode that was removed
  }
}
