import { createWriteStream, type Dirent, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** The earliest that a zip can hold: equal content makes an equal file. Local time, as a zip has no zone. */
const ALWAYS = new Date(1980, 0, 1);

/**
 * Zips the regular files of a folder in the order of their names, with constant dates and modes. Answers the links,
 * special files and names with a backslash or a drive (`C:`) that it left out.
 */
export async function zipFolder(folder: string, target: string): Promise<string[]> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  // In a zip a backslash is what parts folders, and a letter with a colon begins a path of Windows: such a name could climb out
  // of the folder that it is unpacked into.
  const isKept = (entry: Dirent) =>
    entry.isFile() && !/\\|^[a-z]:/i.test(join(relative(folder, entry.parentPath), entry.name));
  const paths = (kept: boolean) =>
    entries
      .filter((entry) => !entry.isDirectory() && isKept(entry) === kept)
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
  const zip = new ZipFile();
  for (const path of paths(true)) zip.addFile(join(folder, path), path, { mtime: ALWAYS, mode: 0o100644 });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target, { mode: 0o600 }));
  return paths(false);
}
