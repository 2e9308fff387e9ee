import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { x as extract, t as list, type ReadEntry } from "tar";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** What a package says of itself, and how large it is. */
export interface PackageFile {
  /** The copy. */
  file: string;
  sha256: string;
  version: string;
  /** `engines.node`, such as `>=20.19`; empty when it says nothing. */
  node: string;
  /** Its dependencies lie inside. */
  bundled: boolean;
  /** Bytes of its files once unpacked. */
  unpackedBytes: number;
}

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Copies a package to a place of our own and reads it there, as a whole: nothing of it is believed before its checksum was compared, where one is known (given, or in
 * FILE.sha256 as sha256sum writes it). Throws PACKAGE_UNREADABLE, PACKAGE_CHECKSUM_WRONG, PACKAGE_DAMAGED or
 * PACKAGE_NOT_MILLWRIGHT.
 */
export async function readPackage(file: string, given: string | undefined, copy: string): Promise<PackageFile> {
  const expected = given?.toLowerCase() ?? checksumBeside(file);
  try {
    await copyFile(file, copy);
  } catch (cause) {
    throw errorOf("PACKAGE_UNREADABLE", { file, reason: (cause as Error).message }, { cause });
  }
  const sha256 = await digestOf(copy);
  if (expected !== undefined && expected !== sha256) {
    throw errorOf("PACKAGE_CHECKSUM_WRONG", { file, expected, found: sha256 });
  }
  let unpackedBytes = 0;
  let bundled = false;
  const manifest: Buffer[] = [];
  const look = (entry: ReadEntry) => {
    unpackedBytes += entry.size;
    if (entry.path.startsWith("package/node_modules/")) bundled = true;
    if (entry.path === "package/package.json") entry.on("data", (part: Buffer) => manifest.push(part));
  };
  try {
    await list({ file: copy, strict: true, onReadEntry: look });
  } catch (cause) {
    throw errorOf("PACKAGE_DAMAGED", { file, reason: (cause as Error).message }, { cause });
  }
  return { file: copy, sha256, bundled, unpackedBytes, ...readManifest(file, Buffer.concat(manifest).toString()) };
}

/** Unpacks a package whose dependencies lie inside, as its files alone: no links, no owners. Throws PACKAGE_DAMAGED. */
export async function unpack(file: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const wanted = (_: string, entry: unknown) => ["File", "OldFile", "Directory"].includes((entry as ReadEntry).type);
  try {
    await extract({ file, cwd: folder, strip: 1, strict: true, preserveOwner: false, filter: wanted });
  } catch (cause) {
    throw errorOf("PACKAGE_DAMAGED", { file, reason: (cause as Error).message }, { cause });
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Of FILE.sha256, where there is one. */
function checksumBeside(file: string): string | undefined {
  const beside = `${file}.sha256`;
  if (!existsSync(beside)) return undefined;
  const word = readFileSync(beside, "utf8").trim().split(/\s+/)[0]?.toLowerCase() ?? "";
  if (DIGEST.test(word)) return word;
  throw errorOf("PACKAGE_UNREADABLE", { file: beside, reason: "It holds no SHA-256 in hexadecimal digits" });
}

function readManifest(file: string, text: string): { version: string; node: string } {
  const refuse = (reason: string) => errorOf("PACKAGE_NOT_MILLWRIGHT", { file: basename(file), reason });
  if (text === "") throw refuse("It holds no package/package.json.");
  let manifest: { name?: unknown; version?: unknown; engines?: { node?: string } };
  try {
    manifest = JSON.parse(text) as typeof manifest;
  } catch {
    throw refuse("Its package.json is no JSON.");
  }
  const { name, version, engines } = manifest;
  if (name !== "millwright") throw refuse(`It is the package ${String(name)}.`);
  if (typeof version !== "string" || !/^[0-9A-Za-z.+-]+$/.test(version)) throw refuse("It names no version.");
  return { version, node: engines?.node ?? "" };
}
