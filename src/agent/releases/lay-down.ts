import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { type PackageFile, unpack } from "./package-file.ts";
import type { PrefixPaths, Release } from "./prefix.ts";

const NEW = ".new-";

/** What an upgrade that was killed has left. To be called under the lock. */
export function removeUnfinished(paths: PrefixPaths): void {
  for (const name of readdirSync(paths.releases)) {
    if (name.startsWith(NEW)) rmSync(join(paths.releases, name), { recursive: true, force: true });
  }
}

export function releaseNameOf({ version, sha256 }: Pick<PackageFile, "version" | "sha256">): string {
  return `${version}-${sha256.slice(0, 12)}`;
}

/** A folder that no launcher takes for a release, for one that isn't whole yet. */
export function newFolder(paths: PrefixPaths): string {
  const folder = join(paths.releases, `${NEW}${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/**
 * Lays a package down in `folder` as npm installs it: unpacked when its dependencies lie inside, else by npm, which takes
 * them from its cache or registry. Throws PACKAGE_DAMAGED or RELEASE_NOT_INSTALLED.
 */
export async function layDown(found: PackageFile, folder: string): Promise<void> {
  if (found.bundled) {
    await unpack(found.file, join(folder, "lib/node_modules/millwright"));
    return;
  }
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  await new Promise<void>((resolve, reject) => {
    execFile("npm", ["install", "--global", "--prefix", folder, ...quiet, found.file], (error, _, stderr) => {
      if (error === null) return resolve();
      const reason = stderr.trim().split("\n").slice(-4).join(" ") || error.message;
      reject(errorOf("RELEASE_NOT_INSTALLED", { reason }, { cause: error }));
    });
  });
}

/** Names a checked folder as a release, by one rename; the same package that is there already stays. */
export function takeIn(paths: PrefixPaths, folder: string, release: Release): void {
  writeFileAtomically(join(folder, "release.json"), JSON.stringify(release), 0o644);
  const place = paths.release(release.name);
  if (existsSync(join(place, "release.json"))) return;
  rmSync(place, { recursive: true, force: true });
  renameSync(folder, place);
}
