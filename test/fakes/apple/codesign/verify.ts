import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { err, Refusal } from "../machine/tool.ts";
import { type CodeSignature, readSignature } from "../signing/code-signature.ts";
import { brokenSeals } from "../signing/seal.ts";
import type { CodesignCommand } from "./command-line.ts";

export function verify({ verbose }: CodesignCommand, path: string, given: string): void {
  verifyExtensions(path, given);
  const signature = readWhole(path, given);
  if (!signature) throw new Refusal(1, `${given}: code object is not signed at all`);
  const broken = brokenSeals(path, signature.seal);
  if (broken.length > 0) {
    const files = broken.map((file) => `file modified: ${file}`).join("\n");
    throw new Refusal(1, `${given}: a sealed resource is missing or invalid\n${files}`);
  }
  if (verbose > 0) err(`${given}: valid on disk\n${given}: satisfies its Designated Requirement`);
}

/** Code inside a bundle has to be signed for itself, whoever sealed the bundle. */
function verifyExtensions(path: string, given: string): void {
  const plugIns = join(path, "PlugIns");
  const names = existsSync(plugIns) ? readdirSync(plugIns).filter((name) => name.endsWith(".appex")) : [];
  for (const bundle of names.map((name) => join(plugIns, name))) {
    const signature = readWhole(bundle, given);
    const broken = signature ? brokenSeals(bundle, signature.seal) : [];
    if (signature && broken.length === 0) continue;
    const what = signature ? "a sealed resource is missing or invalid" : "code object is not signed at all";
    throw new Refusal(1, `${given}: ${what}\nIn subcomponent: ${bundle}`);
  }
}

/** Refuses what was tampered with. */
export function readWhole(path: string, given: string): CodeSignature | undefined {
  try {
    return readSignature(path);
  } catch {
    throw new Refusal(1, `${given}: invalid signature (code or signature have been modified)`);
  }
}
