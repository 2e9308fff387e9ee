import { basename } from "node:path";
import { errorOf, MillwrightError } from "../../../base/errors/millwright-error.ts";
import { type SecurityHost, security } from "../../../protocol/apple-host/security.ts";

/** A keychain of one job. Its password stands in command lines, and opens nothing else. */
export interface JobKeychain {
  file: string;
  password: string;
}

/** May use the imported keys without being asked for: the program list of the keys, then the partition list. */
const PROGRAMS = ["codesign", "security", "productbuild", "productsign"];
const PARTITIONS = "apple-tool:,apple:,codesign:";

/** Makes a keychain that locks itself neither by time nor when the host sleeps. Throws KEYCHAIN_FAILED. */
export async function makeKeychain(host: SecurityHost, keychain: JobKeychain, signal: AbortSignal): Promise<void> {
  const { file, password } = keychain;
  await security(host, ["create-keychain", "-p", password, file], signal);
  await keepFromDefault(host, file, signal);
  await security(host, ["set-keychain-settings", file], signal);
  await security(host, ["unlock-keychain", "-p", password, file], signal);
}

/** Imports a p12 and lets codesign use its keys. `password` is that of the p12. Throws KEYCHAIN_FAILED. */
export async function importP12(
  host: SecurityHost,
  keychain: JobKeychain,
  p12: { file: string; password: string },
  signal: AbortSignal,
): Promise<void> {
  const programs = PROGRAMS.flatMap((program) => ["-T", `/usr/bin/${program}`]);
  await security(host, ["import", p12.file, "-k", keychain.file, "-P", p12.password, ...programs], signal);
  const partition = ["set-key-partition-list", "-S", PARTITIONS, "-s", "-k", keychain.password, keychain.file];
  await security(host, partition, signal);
}

/**
 * Makes sure that the identity of this SHA-1 is in the keychain; answers what macOS has against it, "" when nothing. Asked
 * without -v: macOS 26 calls none valid that lies in a temporary keychain alone. Throws KEYCHAIN_FAILED.
 */
export async function checkIdentity(
  host: SecurityHost,
  keychain: JobKeychain,
  identity: { sha1: string; commonName: string },
  signal: AbortSignal,
): Promise<string> {
  const text = await security(host, ["find-identity", "-p", "codesigning", keychain.file], signal);
  const trouble = troubleOf(text, identity.sha1);
  if (trouble !== undefined) return trouble;
  const reason = `It said that all went well, but the certificate ${identity.commonName} is not in the keychain with its key.`;
  throw errorOf("KEYCHAIN_FAILED", { command: "import", reason });
}

/** The CSSMERR_… behind an identity in the output of `find-identity`, "" for none; undefined when it isn't listed. */
export function troubleOf(text: string, sha1: string): string | undefined {
  const line = text.split("\n").find((each) => each.toLowerCase().includes(`) ${sha1.toLowerCase()} "`));
  return line === undefined ? undefined : (/\((CSSMERR_\w+)\)\s*$/.exec(line)?.[1] ?? "");
}

/** Where the user has no default keychain at all, macOS takes the first that is made. */
async function keepFromDefault(host: SecurityHost, file: string, signal: AbortSignal): Promise<void> {
  let text: string;
  try {
    text = await security(host, ["default-keychain", "-d", "user"], signal);
  } catch (error) {
    if (error instanceof MillwrightError) return; // there is still none
    throw error;
  }
  if (text.includes(basename(file))) await security(host, ["default-keychain", "-d", "user", "-s"], signal);
}
