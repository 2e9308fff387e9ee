import type { Machine } from "../machine/machine.ts";
import type { Identity } from "./identities.ts";
import { readKeychain } from "./keychain-file.ts";
import { isUnlocked, noteUse } from "./lock-state.ts";

/**
 * Whether codesign may use an identity's key without asking: its keychain is unlocked, and the key was imported with -A,
 * or with -T codesign and its partition list has "apple:".
 */
export function codesignMayUse(machine: Machine, { keychain, key }: Identity): boolean {
  const content = readKeychain(keychain);
  if (!content || !isUnlocked(machine, keychain, content)) return false;
  const allowed = key.everyone || (key.programs.some(isCodesign) && key.partitions.includes("apple:"));
  if (allowed) noteUse(machine, keychain);
  return allowed;
}

function isCodesign(program: string): boolean {
  return program === "codesign" || program.endsWith("/codesign");
}
