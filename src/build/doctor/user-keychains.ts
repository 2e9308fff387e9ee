import { basename } from "node:path";
import { MillwrightError } from "../../base/errors/millwright-error.ts";
import { parseSearchList } from "../../protocol/apple-host/search-list.ts";
import { type SecurityHost, security } from "../../protocol/apple-host/security.ts";

/** What a person would miss: the search list and the default keychain. */
export interface UserKeychains {
  searchList: string[];
  /** Empty where there is none. */
  standard: string;
}

/** Reads them; the keychains of builds but for `own`, which come and go, are left out. Throws KEYCHAIN_FAILED. */
export async function userKeychains(host: SecurityHost, own: string, signal?: AbortSignal): Promise<UserKeychains> {
  const list = parseSearchList(await security(host, ["list-keychains", "-d", "user"], signal));
  return {
    searchList: list.filter((file) => !isOfBuild(file) || basename(file) === basename(own)),
    standard: await standardKeychain(host, signal),
  };
}

/** What is different, in a sentence; empty when nothing is. */
export function difference(before: UserKeychains, after: UserKeychains): string {
  if (before.searchList.join("\n") !== after.searchList.join("\n")) {
    return `The keychain search list was ${before.searchList.join(", ")} and is now ${after.searchList.join(", ")}.`;
  }
  if (before.standard === after.standard) return "";
  return `The default keychain was ${before.standard || "none"} and is now ${after.standard || "none"}.`;
}

function isOfBuild(file: string): boolean {
  return /^millwright-l[0-9a-f]{16}-/.test(basename(file));
}

async function standardKeychain(host: SecurityHost, signal?: AbortSignal): Promise<string> {
  try {
    return parseSearchList(await security(host, ["default-keychain", "-d", "user"], signal))[0] ?? "";
  } catch (error) {
    if (error instanceof MillwrightError) return ""; // macOS says that there is none
    throw error;
  }
}
