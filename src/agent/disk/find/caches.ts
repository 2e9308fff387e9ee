import { join } from "node:path";
import type { Cleanable, CleanKind } from "../cleanable.ts";
import { filesBelow, foldersIn, measure } from "../measure.ts";

/** The files of an npm cache, each of which npm fetches again when it is missing. */
export function* findNpm(cache: string, root: string): Generator<Cleanable> {
  for (const file of filesBelow(join(cache, "_cacache"))) {
    yield { kind: "npm", root, while: "idle", partOf: join(cache, "_cacache"), ...file };
  }
}

/** Distributions of the wrapper, and what Gradle keeps for itself and for builds, in the pieces that it fetches anew. */
export function findGradle(home: string, root: string): Cleanable[] {
  const caches = join(home, "caches");
  const modules = join(caches, "modules-2", "files-2.1");
  const ofCaches = foldersIn(caches).filter((name) => /^(\d|transforms-|jars-|build-cache-)/.test(name));
  return [
    ...foldersAt(join(home, "wrapper", "dists"), 2),
    ...ofCaches.map((name) => join(caches, name)),
    ...foldersAt(modules, 3),
    ...foldersAt(join(home, "daemon"), 1),
  ].map((path) => cached("gradle", path, root));
}

/** Pods as they were downloaded: `Pods/Release/NAME/VERSION`, and `External` alike. */
export function findCocoaPods(cache: string, root: string): Cleanable[] {
  const kinds = ["Release", "External"].map((name) => join(cache, "Pods", name));
  return kinds.flatMap((folder) => foldersAt(folder, 2)).map((path) => cached("cocoapods", path, root));
}

/** All folders that lie `depth` levels below. */
export function foldersAt(folder: string, depth: number): string[] {
  const here = foldersIn(folder).map((name) => join(folder, name));
  return depth === 1 ? here : here.flatMap((inner) => foldersAt(inner, depth - 1));
}

export function cached(kind: CleanKind, path: string, root: string): Cleanable {
  return { kind, path, root, while: "idle", ...measure(path) };
}
