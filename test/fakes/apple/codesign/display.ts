import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "plist";
import { absolute, type Machine } from "../machine/machine.ts";
import { err, outRaw, Refusal } from "../machine/tool.ts";
import { textIn } from "../plists/dictionary.ts";
import { readDictionary } from "../plists/plist-file.ts";
import type { CodeSignature } from "../signing/code-signature.ts";
import type { CodesignCommand } from "./command-line.ts";
import { readWhole } from "./verify.ts";

/** -d: what is told of a signature goes to stderr, entitlements where they are wished. */
export function display(machine: Machine, command: CodesignCommand, path: string, given: string): void {
  const signature = readWhole(path, given);
  if (!signature) throw new Refusal(1, `${given}: code object is not signed at all`);
  const bundle = statSync(path).isDirectory();
  const executable = bundle
    ? join(path, textIn(readDictionary(join(path, "Info.plist")), "CFBundleExecutable") ?? "")
    : path;
  err(`Executable=${executable}`);
  if (command.verbose > 0) describe(signature, bundle, command.verbose);
  const { entitlementsTo, extractCertificates } = command;
  if (entitlementsTo !== undefined) showEntitlements(machine, signature, entitlementsTo);
  if (extractCertificates === undefined) return;
  for (const [index, { der }] of signature.chain.entries()) {
    writeFileSync(absolute(machine, `${extractCertificates}${index}`), der);
  }
}

function describe({ identifier, team, chain, signedMs }: CodeSignature, bundle: boolean, verbose: number): void {
  const about = bundle ? "app bundle with Mach-O thin (arm64)" : "Mach-O thin (arm64)";
  const flags = chain.length === 0 ? "0x2(adhoc)" : "0x0(none)";
  err(`Identifier=${identifier}\nFormat=${about}`);
  err(`CodeDirectory v=20400 size=511 flags=${flags} hashes=9+3 location=embedded`);
  if (chain.length === 0) err("Signature=adhoc");
  if (verbose > 1) for (const { commonName } of chain) err(`Authority=${commonName}`);
  if (chain.length > 0) err(`Signed Time=${new Date(signedMs).toUTCString()}`);
  err(`TeamIdentifier=${team || "not set"}`);
}

/** With ":" in front, or --xml, without the header that older files had. */
function showEntitlements(machine: Machine, { entitlements }: CodeSignature, to: string): void {
  const xml = `${build(entitlements)}\n`;
  const target = to.replace(/^:/, "");
  if (target === "-") outRaw(xml);
  else writeFileSync(absolute(machine, target), xml);
}
