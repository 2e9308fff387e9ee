import { lstatSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { isFresh } from "../find-product.ts";

/** Where cordova-ios 7 and later, and 6, put what they export or build. */
const FOLDERS = {
  ipa: ["build/Release-iphoneos", "build/Debug-iphoneos", "build/device"],
  app: ["build/Debug-iphonesimulator", "build/emulator"],
} as const;

/**
 * The one .ipa, or .app for the simulator, that the compile step made below the platform's folder. Xcode names it, so that
 * it is looked for. Throws PRODUCT_MISSING, or PRODUCT_WRONG when there are several.
 */
export function findApp(platformFolder: string, kind: "ipa" | "app", notBeforeMs: number): string {
  const folders = FOLDERS[kind].map((folder) => join(platformFolder, folder));
  const all = folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)));
  const products = all.filter((file) => file.endsWith(`.${kind}`));
  // The time of a folder is that of its entries; the Info.plist in it is written by each build.
  const fresh = products.filter((file) => isFresh(kind === "app" ? join(file, "Info.plist") : file, notBeforeMs));
  const [first, ...others] = fresh;
  const shown = (files: readonly string[]) => files.map((file) => relative(platformFolder, file)).join(", ");
  if (first === undefined) {
    const found =
      products.length > 0 ? `Older ones were found: ${shown(products)}.` : `No file ends in .${kind} there.`;
    throw errorOf("PRODUCT_MISSING", { kind, folder: "platforms/ios/build", found });
  }
  if (others.length > 0) {
    const reason = `The build made ${fresh.length} .${kind} files instead of one: ${shown(fresh)}.`;
    throw errorOf("PRODUCT_WRONG", { file: basename(first), reason });
  }
  return first;
}

/** The .xcarchive that the compile step made, if it made one: cordova-ios 8 calls it App, older ones after the app. */
export function findArchive(platformFolder: string, notBeforeMs: number): string | undefined {
  const archives = namesIn(platformFolder).filter((name) => name.endsWith(".xcarchive"));
  return archives
    .map((name) => join(platformFolder, name))
    .find((file) => lstatSync(file).isDirectory() && isFresh(join(file, "Info.plist"), notBeforeMs));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // another version of cordova-ios
  }
}
