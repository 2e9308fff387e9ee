import type { Machine } from "../machine/machine.ts";
import { type Identity, identitiesIn } from "./identities.ts";
import { wholeSearchList } from "./search-list.ts";

/** What codesign finds for a SHA-1, a name or its beginning: in one keychain, or in those of the search list. */
export function codesignFinds(machine: Machine, selector: string, keychain?: string): Identity[] {
  const all = identitiesIn(keychain === undefined ? wholeSearchList(machine) : [keychain]);
  const bySha1 = /^[0-9A-Fa-f]{40}$/.test(selector);
  const found = all.filter(({ sha1, commonName }) =>
    bySha1 ? sha1 === selector.toUpperCase() : commonName.includes(selector),
  );
  return bySha1 ? found.slice(0, 1) : found;
}
