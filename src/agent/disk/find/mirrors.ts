import { readFileSync } from "node:fs";
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

/** git keeps the place of each checkout, which may be gone by now. */
function hasCheckout(mirror: string): boolean {
  const records = join(mirror, "worktrees");
  return foldersIn(records).some((name) => {
    try {
      return look(dirname(readFileSync(join(records, name, "gitdir"), "utf8").trim())) !== undefined;
    } catch {
      return false; // a record that was only half written is of no checkout
    }
  });
}
