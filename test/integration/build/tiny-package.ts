import { hash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "tar";
import { temporaryFolder } from "./temporary-folder.ts";

/** The package `tiny` as a registry has it: its archive, and what a lock file says of that. */
export async function tinyPackage(): Promise<{ bytes: Buffer; integrity: string }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "package.json"), '{"name":"tiny","version":"1.0.0","main":"index.js"}');
  writeFileSync(join(folder, "package", "index.js"), 'module.exports = "tiny";\n');
  await create({ cwd: folder, file: join(folder, "tiny.tgz"), gzip: true }, ["package"]);
  const bytes = readFileSync(join(folder, "tiny.tgz"));
  return { bytes, integrity: `sha512-${hash("sha512", bytes, "base64")}` };
}
