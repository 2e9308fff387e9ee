import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { writeFileAtomically } from "../../base/files.ts";

const KEY_BYTES = 32;

/** Bytes of a key's id: the beginning of the key's SHA-256. */
export const KEY_ID_BYTES = 8;

/** A key for what rests in the store. */
export interface SealingKey {
  /** Hexadecimal; may be shown. */
  id: string;
  bytes: Buffer;
  madeAtMs: number;
}

export function sealingKey(bytes: Buffer, madeAtMs: number): SealingKey {
  const id = createHash("sha256")
    .update(bytes)
    .digest("hex")
    .slice(0, KEY_ID_BYTES * 2);
  return { id, bytes, madeAtMs };
}

export function newSealingKey(nowMs: number): SealingKey {
  return sealingKey(randomBytes(KEY_BYTES), nowMs);
}

/**
 * The keys of a file, the newest first: a line for each, with 32 bytes in base64 and when it was made. A line without that
 * time, as older releases wrote it, is as old as the file. Undefined when there is no such file; throws when it holds no
 * keys.
 */
export function readKeyRing(file: string): SealingKey[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new Error(`${file} is empty`);
  const fileMs = statSync(file).mtimeMs;
  return lines.map((line, index) => {
    const [key = "", made = ""] = line.trim().split(/\s+/);
    const bytes = Buffer.from(key, "base64");
    const madeAtMs = made === "" ? fileMs : Date.parse(made);
    if (bytes.length === KEY_BYTES && bytes.toString("base64") === key && !Number.isNaN(madeAtMs)) {
      return sealingKey(bytes, madeAtMs);
    }
    throw new Error(`line ${index + 1} of ${file} doesn't hold 32 bytes in base64, and when they were made`);
  });
}

/** Replaces the file at once; only its owner can read it. */
export function writeKeyRing(file: string, keys: readonly SealingKey[]): void {
  const lines = keys.map((key) => `${key.bytes.toString("base64")} ${new Date(key.madeAtMs).toISOString()}\n`);
  writeFileAtomically(file, lines.join(""), 0o600);
}
