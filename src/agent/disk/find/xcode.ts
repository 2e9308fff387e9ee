import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Cleanable } from "../cleanable.ts";
import { foldersIn, look } from "../measure.ts";
import { cached, foldersAt } from "./caches.ts";

/** What Xcode keeps below a home folder. */
export function xcodeFolders(home: string) {
  const xcode = join(home, "Library", "Developer", "Xcode");
  return {
    derivedData: join(xcode, "DerivedData"),
    archives: join(xcode, "Archives"),
    simulators: join(home, "Library", "Developer", "CoreSimulator", "Devices"),
  };
}

/**
 * DerivedData of builds of this agent that are over, which nothing can use again; with `all`, also that of other projects.
 * Each folder names its workspace in info.plist, whose path holds the lease.
 */
export function findDerivedData(
  home: string,
  workFolder: string,
  held: ReadonlySet<string>,
  all: boolean,
): Cleanable[] {
  const { derivedData } = xcodeFolders(home);
  return foldersIn(derivedData).flatMap((name): Cleanable[] => {
    const path = join(derivedData, name);
    const checkout = checkoutOf(path);
    const lease = checkout && dirname(dirname(checkout)) === workFolder ? basename(checkout) : undefined;
    if (lease !== undefined && !held.has(lease)) {
      return [{ ...cached("derived-data", path, derivedData), left: true, while: "anytime" }];
    }
    const isBuilt = lease !== undefined || (checkout !== undefined && look(checkout) !== undefined);
    return all && !isBuilt ? [cached("derived-data", path, derivedData)] : [];
  });
}

/** Archives for the App Store, `DATE/NAME.xcarchive`: they hold what explains crashes, and don't come again. */
export function findArchives(home: string): Cleanable[] {
  const { archives } = xcodeFolders(home);
  return foldersAt(archives, 2).map((path) => ({ ...cached("archives", path, archives), byAgeOnly: true }));
}

/** The checkout of the build that it is of, of this agent or of another one of the same user. */
function checkoutOf(folder: string): string | undefined {
  try {
    return /\/[^<>\0]*?\/worktrees\/l[0-9a-f]{16}(?=\/)/.exec(readFileSync(join(folder, "info.plist"), "latin1"))?.[0];
  } catch {
    return undefined; // one of the folders that all projects share
  }
}
