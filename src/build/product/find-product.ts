import { lstatSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** File systems that keep whole seconds would make a product look a little older than the step. */
const CLOCK_GRAIN_MS = 1000;

const OUTPUTS = ["app/build/outputs", "build/outputs"];

/**
 * The one file of a kind that the compile step made below the platform's folder: cordova-android up to 6 puts it in
 * build/outputs, from 7 on in app/build/outputs. Throws PRODUCT_MISSING, or PRODUCT_WRONG when there are several.
 */
export function findProduct(platformFolder: string, kind: "apk" | "aab", notBeforeMs: number): string {
  const folders = OUTPUTS.map((folder) => join(platformFolder, folder));
  const all = folders.flatMap((folder) => filesOf(folder)).filter((file) => file.endsWith(`.${kind}`));
  const fresh = all.filter((file) => isFresh(file, notBeforeMs));
  const [first, ...others] = fresh;
  if (first === undefined) {
    const names = all.map((file) => relative(platformFolder, file)).join(", ");
    const found = all.length > 0 ? `Older ones were found: ${names}.` : `No file ends in .${kind} there.`;
    throw errorOf("PRODUCT_MISSING", {
      kind,
      folder: relative(join(platformFolder, "..", ".."), folders[0] ?? ""),
      found,
    });
  }
  if (others.length > 0) {
    const names = fresh.map((file) => relative(platformFolder, file)).join(", ");
    const reason = `The build made ${fresh.length} .${kind} files instead of one: ${names}.`;
    throw errorOf("PRODUCT_WRONG", { file: basename(first), reason });
  }
  return first;
}

/** The mapping.txt that the compile step made, when the app's code is shrunk. */
export function findMapping(platformFolder: string, notBeforeMs: number): string | undefined {
  const files = OUTPUTS.flatMap((folder) => filesOf(join(platformFolder, folder)));
  return files.find((file) => {
    if (basename(file) !== "mapping.txt") return false;
    const found = lstatSync(file);
    return found.isFile() && found.size > 0 && isFresh(file, notBeforeMs);
  });
}

/** Whether a file is there and not older than the step that should have made it. */
export function isFresh(file: string, notBeforeMs: number): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs >= notBeforeMs - CLOCK_GRAIN_MS;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // no such folder
  }
}
