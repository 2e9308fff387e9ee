import { basename } from "node:path";
import { type SecurityHost, security } from "./security.ts";

/** The keychains that `security list-keychains` prints: a line each, in double quotes. */
export function parseSearchList(text: string): string[] {
  return text.split("\n").flatMap((line) => /^\s*"(.+)"\s*$/.exec(line)?.[1] ?? []);
}

/** The list with the keychain at its end; the same list when it is there already. */
export function withKeychain(list: readonly string[], keychain: string): string[] {
  return list.some((entry) => isSame(entry, keychain)) ? [...list] : [...list, keychain];
}

/** The list without the keychain, in the order of before. */
export function withoutKeychain(list: readonly string[], keychain: string): string[] {
  return list.filter((entry) => !isSame(entry, keychain));
}

/**
 * Edits the search list of the user, which all processes of that user share; the caller holds the lock of `applePlaces`.
 * Answers whether it had to be changed. Throws KEYCHAIN_FAILED.
 */
export async function editSearchList(
  host: SecurityHost,
  edit: (list: readonly string[]) => string[],
  signal?: AbortSignal,
): Promise<boolean> {
  const before = parseSearchList(await security(host, ["list-keychains", "-d", "user"], signal));
  const after = edit(before);
  if (after.length === before.length) return false;
  await security(host, ["list-keychains", "-d", "user", "-s", ...after], signal);
  return true;
}

/** By the file's name, which is random: macOS may print the path by another way (/var is /private/var), or add `-db`. */
function isSame(entry: string, keychain: string): boolean {
  const name = basename(keychain);
  return basename(entry) === name || basename(entry) === `${name}-db`;
}
