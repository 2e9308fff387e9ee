import { type Identity, identitiesIn, trustOf } from "../keychain/identities.ts";
import { wholeSearchList } from "../keychain/search-list.ts";
import type { Machine } from "../machine/machine.ts";

export type IdentityUse = "development" | "distribution";

/** How Xcode calls the kinds of certificates in what it prints. */
export const USE_TITLE: Record<IdentityUse, string> = {
  development: "iOS Development",
  distribution: "iOS Distribution",
};

const GENERIC: Record<string, IdentityUse> = {
  "Apple Development": "development",
  "iPhone Developer": "development",
  "iOS Development": "development",
  "iOS Developer": "development",
  "Apple Distribution": "distribution",
  "iPhone Distribution": "distribution",
  "iOS Distribution": "distribution",
};

const PREFIXES: Record<IdentityUse, readonly string[]> = {
  development: ["Apple Development:", "iPhone Developer:"],
  distribution: ["Apple Distribution:", "iPhone Distribution:"],
};

/** What a code signing identity asks for; undefined for a certificate that is named by name or SHA-1. */
export function genericUse(selector: string): IdentityUse | undefined {
  return GENERIC[selector];
}

export function useOf({ commonName }: { commonName: string }): IdentityUse {
  return PREFIXES.development.some((prefix) => commonName.startsWith(prefix)) ? "development" : "distribution";
}

/** "iOS Distribution" for what `selector` asks for. */
export function titleOf(selector: string): string {
  return USE_TITLE[genericUse(selector) ?? useOf({ commonName: selector })];
}

/** The identities of the search list that `selector` means, that are valid now and belong to the team. */
export function choosableIdentities(machine: Machine, selector: string, team: string): Identity[] {
  const all = identitiesIn(wholeSearchList(machine));
  return all.filter((each) => meets(each, selector) && each.team === team && trustOf(machine, each) === "");
}

function meets({ commonName, sha1 }: Identity, selector: string): boolean {
  const generic = genericUse(selector);
  if (generic) return PREFIXES[generic].some((prefix) => commonName.startsWith(prefix));
  if (/^[0-9A-Fa-f]{40}$/.test(selector)) return sha1 === selector.toUpperCase();
  return commonName.startsWith(selector);
}
