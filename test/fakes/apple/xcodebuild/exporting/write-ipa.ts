import { createWriteStream, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import yazl from "yazl";

/** Zips what is in a folder, Payload/ first. */
export async function writeIpa(folder: string, file: string): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(folder, name);
    const { mode, mtime } = lstatSync(path);
    if (lstatSync(path).isFile()) zip.addFile(path, name, { mode, mtime });
    else zip.addEmptyDirectory(name, { mode, mtime });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
