import { join, relative } from "node:path";
import type { Cleanable, UserCache } from "../cleanable.ts";
import type { HeldLeases } from "../held-leases.ts";
import type { CleanLimits } from "../plan.ts";
import { findCocoaPods, findGradle, findNpm } from "./caches.ts";
import { findKeptEntries } from "./kept-entries.ts";
import { findLeftovers, findTrash } from "./leftovers.ts";
import { findMirrors } from "./mirrors.ts";
import { findSimulators } from "./simulators.ts";
import { findTools } from "./tools.ts";
import { findArchives, findDerivedData, xcodeFolders } from "./xcode.ts";

/** What a cleaning goes by: handed to a process of its own as JSON. */
export interface CleanSettings {
  workFolder: string;
  limits: CleanLimits;
  /** Caches outside the work folder that may be cleaned too. */
  userCaches: readonly UserCache[];
  /** The home folder of the agent's user. */
  home: string;
  /** That of builds: PATH, GRADLE_USER_HOME. */
  environment: Record<string, string>;
  cordovaVersion: string;
  keepWorktree: boolean;
}

/** All that could go, in use or not. Looks only where the settings allow it. */
export async function findAll(settings: CleanSettings, held: HeldLeases, now: number): Promise<Cleanable[]> {
  const { workFolder, home, keepWorktree, cordovaVersion } = settings;
  const versions = new Set([...held.cordovaVersions, cordovaVersion]);
  const may = (cache: UserCache) => settings.userCaches.includes(cache);
  const found = [
    ...findLeftovers({ workFolder, held: held.ids, now, keepWorktree }),
    ...findMirrors(workFolder),
    ...findTools(workFolder, versions),
    ...findKeptEntries(workFolder),
    ...findNpm(join(workFolder, "caches", "npm"), workFolder),
    ...(may("npm") ? findNpm(join(home, ".npm"), join(home, ".npm")) : []),
    ...gradle(settings),
    ...(may("cocoapods") ? cocoaPods(home) : []),
    ...findDerivedData(home, workFolder, held.ids, may("derived-data")),
    ...(may("archives") ? findArchives(home) : []),
    ...(may("simulators") ? await findSimulators(home, { ...settings.environment, HOME: home }) : []),
  ];
  const roots = new Set([workFolder, ...placesOutside(settings)]);
  return [...found, ...[...roots].flatMap(findTrash)];
}

/** The folders outside the work folder that something may be removed from. */
function placesOutside({ home, environment, userCaches }: CleanSettings): string[] {
  const { derivedData, archives } = xcodeFolders(home);
  const places: Partial<Record<UserCache, string>> = {
    npm: join(home, ".npm"),
    gradle: gradleHome(environment, home),
    cocoapods: cocoaPodsCache(home),
    archives,
  };
  return [derivedData, ...userCaches.flatMap((cache) => places[cache] ?? [])];
}

function gradleHome(environment: Record<string, string>, home: string): string {
  return environment["GRADLE_USER_HOME"] ?? join(home, ".gradle");
}

function cocoaPodsCache(home: string): string {
  return join(home, "Library", "Caches", "CocoaPods");
}

/** The folder that builds have from the configuration is the agent's own only when it lies in its work folder. */
function gradle({ workFolder, environment, home, userCaches }: CleanSettings): Cleanable[] {
  const folder = gradleHome(environment, home);
  const below = relative(workFolder, folder);
  const isOwn = below !== "" && !below.startsWith("..") && !below.startsWith("/");
  if (isOwn) return findGradle(folder, workFolder);
  return userCaches.includes("gradle") ? findGradle(folder, folder) : [];
}

function cocoaPods(home: string): Cleanable[] {
  const folder = cocoaPodsCache(home);
  return findCocoaPods(folder, folder);
}
