import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { entryPaths } from "../../protocol/cache-entries.ts";
import { copyFile } from "./copy-file.ts";
import { inBatches, type Tree } from "./tree.ts";

/** Copies what `tree` names from `source` into the tree of an entry in the making, below `at`; answers the entry's folder. */
export async function copyTree(source: string, staged: string, tree: Tree, at = ""): Promise<string> {
  const target = join(entryPaths(staged).tree, at);
  const noCheck = () => {};
  mkdirSync(target, { recursive: true });
  await inBatches(tree.folders, noCheck, (path) => mkdirSync(join(target, path)));
  await inBatches(tree.files, noCheck, ({ path, mode, mtimeMs }) => {
    copyFile(join(source, path), join(target, path), "copy", mode, mtimeMs);
  });
  for (const { path, target: to } of tree.links) symlinkSync(to, join(target, path));
  return staged;
}
