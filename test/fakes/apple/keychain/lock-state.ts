import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Machine, nowMs } from "../machine/machine.ts";
import { writeWhole } from "../machine/settings.ts";
import type { Keychain } from "./keychain-file.ts";

/** Whether a keychain is unlocked, and its timeout hasn't passed since it was last unlocked or used. */
export function isUnlocked(machine: Machine, path: string, keychain: Keychain): boolean {
  const memory = memoryOf(machine, path);
  if (!existsSync(memory)) return false;
  const usedMs = Number(readFileSync(memory, "utf8"));
  return keychain.timeoutSeconds === null || nowMs(machine) - usedMs < keychain.timeoutSeconds * 1000;
}

/** Unlocks it, or tells that it is in use. */
export function noteUse(machine: Machine, path: string): void {
  writeWhole(memoryOf(machine, path), `${nowMs(machine)}`);
}

export function noteLocked(machine: Machine, path: string): void {
  rmSync(memoryOf(machine, path), { force: true });
}

function memoryOf({ root }: Machine, path: string): string {
  return join(root, "var/securityd", createHash("sha1").update(path).digest("hex"));
}
