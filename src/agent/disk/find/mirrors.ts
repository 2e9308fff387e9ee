import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cleanable } from "../cleanable.ts";
import { foldersIn, look, measure } from "../measure.ts";

/** The mirrors of repositories. A build marks the one that it uses by the time of its folder, under the mirror's lock. */
export function findMirrors(workFolder: string): Cleanable[] {
  const folder = join(workFolder, "mirrors");
  return foldersIn(folder)
    .filter((name) => name.endsWith(".git"))
    .map((name) => {
      const path = join(folder, name);
      const busy = hasCheckout(path) ? { busy: "a checkout of it is there" } : {};
      return {
        kind: "mirrors",
        path,
        root: workFolder,
        while: "unless-used",
        lock: `${path}.lock`,
        ...busy,
        ...measure(path),
      };
    });
}

/** Each build that uses it names its folders there; git itself keeps the places of checkouts of older versions. */
function hasCheckout(mirror: string): boolean {
  const users = filesIn(join(mirror, "checkouts")).flatMap((text) => text.split("\n"));
  const records = join(mirror, "worktrees");
  const older = foldersIn(records).flatMap((name) =>
    filesIn(join(records, name), "gitdir").map((text) => dirname(text)),
  );
  return [...users, ...older].some((place) => place !== "" && look(place) !== undefined);
}

/** The texts of the files in a folder; one that was only half written, or went meanwhile, is of nobody. */
function filesIn(folder: string, only?: string): string[] {
  try {
    const names = only === undefined ? readdirSync(folder) : [only];
    return names.map((name) => readFileSync(join(folder, name), "utf8").trim());
  } catch {
    return [];
  }
}
