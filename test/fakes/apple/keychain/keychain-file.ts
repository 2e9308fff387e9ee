import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { locked } from "../machine/lock.ts";
import { writeWhole } from "../machine/settings.ts";

/** What a keychain's file holds. Whether it is unlocked isn't in it: that is the security server's memory. */
export interface Keychain {
  salt: string;
  passwordHash: string;
  lockOnSleep: boolean;
  /** None where null. */
  timeoutSeconds: number | null;
  /** DER in base64. */
  certificates: string[];
  keys: StoredKey[];
}

export interface StoredKey {
  pem: string;
  /** SubjectPublicKeyInfo in base64: which certificate it belongs to. */
  publicKey: string;
  label: string;
  /** Imported with -A. */
  everyone: boolean;
  /** Imported with -T. */
  programs: string[];
  partitions: string[];
}

const MAGIC = "kych\n";

export function emptyKeychain(password: string): Keychain {
  const salt = randomBytes(8).toString("hex");
  const settings = { lockOnSleep: true, timeoutSeconds: 300 };
  return { salt, passwordHash: hashOf(salt, password), ...settings, certificates: [], keys: [] };
}

export function opens(keychain: Keychain, password: string): boolean {
  return hashOf(keychain.salt, password) === keychain.passwordHash;
}

function hashOf(salt: string, password: string): string {
  return createHash("sha256").update(`${salt}:${password}`).digest("hex");
}

/** Undefined where there is no keychain at this path. */
export function readKeychain(path: string): Keychain | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  return text.startsWith(MAGIC) ? (JSON.parse(text.slice(MAGIC.length)) as Keychain) : undefined;
}

export function writeKeychain(path: string, keychain: Keychain): void {
  writeWhole(path, `${MAGIC}${JSON.stringify(keychain)}`, 0o600);
}

/** Changes a keychain while no other process does; `change` gets undefined where it is missing. */
export function changeKeychain<T>(path: string, change: (keychain: Keychain | undefined) => T): T {
  return locked(path, () => change(readKeychain(path)));
}
