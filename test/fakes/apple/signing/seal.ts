import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Dictionary, dictionaryIn } from "../plists/dictionary.ts";
import { readDictionary, writeXmlPlist } from "../plists/plist-file.ts";

/** What is signed: the hashes of a bundle's files, or of a single file without the signature at its end. */
const FOLDER = "_CodeSignature";
const MARK = Buffer.from("\nFAKE-CODE-SIGNATURE\n");

/** Takes an old signature off and answers what the new one has to cover. */
export function sealed(path: string): string {
  if (!statSync(path).isDirectory()) {
    writeFileSync(path, contentOf(path));
    return hashOf(contentOf(path));
  }
  rmSync(join(path, FOLDER), { recursive: true, force: true });
  writeXmlPlist(join(path, FOLDER, "CodeResources"), { files2: hashesIn(path) });
  return hashOf(readFileSync(join(path, FOLDER, "CodeResources")));
}

export function storeSignature(path: string, signature: Buffer): void {
  if (statSync(path).isDirectory()) writeFileSync(join(path, FOLDER, "CodeSignature"), signature);
  else writeFileSync(path, Buffer.concat([contentOf(path), MARK, signature]));
}

/** Undefined where nothing is signed. */
export function storedSignature(path: string): Buffer | undefined {
  if (statSync(path).isDirectory()) {
    const file = join(path, FOLDER, "CodeSignature");
    return existsSync(file) ? readFileSync(file) : undefined;
  }
  const bytes = readFileSync(path);
  const at = bytes.indexOf(MARK);
  return at < 0 ? undefined : bytes.subarray(at + MARK.length);
}

/** Files that differ from what the seal says; `seal` is what the signature covers. */
export function brokenSeals(path: string, seal: string): string[] {
  if (!statSync(path).isDirectory()) return hashOf(contentOf(path)) === seal ? [] : [path];
  const file = join(path, FOLDER, "CodeResources");
  if (!existsSync(file) || hashOf(readFileSync(file)) !== seal) return [file];
  const before: Dictionary = dictionaryIn(readDictionary(file), "files2");
  const now = hashesIn(path);
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.filter((name) => before[name] !== now[name]).map((name) => join(path, name));
}

function contentOf(file: string): Buffer {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(MARK);
  return at < 0 ? bytes : bytes.subarray(0, at);
}

function hashesIn(bundle: string): Record<string, string> {
  const names = readdirSync(bundle, { recursive: true, encoding: "utf8" }).sort();
  const files = names.map((name) => join(bundle, name)).filter((file) => lstatSync(file).isFile());
  const others = files.filter((file) => !file.startsWith(`${join(bundle, FOLDER)}/`));
  return Object.fromEntries(others.map((file) => [relative(bundle, file), hashOf(readFileSync(file))]));
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}
