import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "plist";
import { type Certificate, certificateOf, pemOf } from "../certificates/certificate.ts";
import { inScratchFolder, openssl, tryOpenssl } from "../certificates/openssl.ts";
import { chainOf, type Identity } from "../keychain/identities.ts";
import type { Machine } from "../machine/machine.ts";
import { type Dictionary, dictionaryIn, isDictionary, textIn } from "../plists/dictionary.ts";
import { parseAnyPlist, readDictionary } from "../plists/plist-file.ts";
import { sealed, storedSignature, storeSignature } from "./seal.ts";

/** What was signed, in place of the code directory that a real signature has inside the executable. */
export interface CodeSignature {
  identifier: string;
  team: string;
  entitlements: Dictionary;
  signedMs: number;
  /** The signer's first; empty where the signature is an ad-hoc one, which nobody has signed. */
  chain: Certificate[];
  seal: string;
}

/** Seals a bundle or a file and signs the seal with the identity's key: a CMS. Ad hoc where no identity is given. */
export function writeSignature(
  machine: Machine,
  path: string,
  identity: Identity | undefined,
  entitlements: Dictionary,
): void {
  const seal = sealed(path);
  const about = { identifier: identifierOf(path), team: identity?.team ?? "", entitlements, seal, signed: new Date() };
  const directory = Buffer.from(build(about));
  storeSignature(path, identity ? signed(machine, identity, directory) : directory);
}

function signed(machine: Machine, identity: Identity, directory: Buffer): Buffer {
  const chain = chainOf(machine, identity, [identity.keychain]).slice(1);
  return inScratchFolder((scratch) => {
    writeFileSync(join(scratch, "signer"), `${pemOf(identity.der)}${identity.key.pem}`, { mode: 0o600 });
    writeFileSync(join(scratch, "chain"), chain.map(({ der }) => pemOf(der)).join(""));
    const others = chain.length > 0 ? ["-certfile", "chain"] : [];
    const args = ["cms", "-sign", "-binary", "-nodetach", "-outform", "der", "-signer", "signer", ...others];
    return openssl(args, directory, scratch);
  });
}

/** Undefined where nothing is signed. Throws where the signature itself was tampered with. */
export function readSignature(path: string): CodeSignature | undefined {
  const bytes = storedSignature(path);
  if (!bytes) return undefined;
  if (bytes[0] === 0x3c) return signatureOf(bytes, []);
  return inScratchFolder((scratch) => {
    const certificates = join(scratch, "certificates");
    const signer = join(scratch, "signer");
    const args = ["cms", "-verify", "-noverify", "-inform", "der", "-signer", signer, "-certsout", certificates];
    const { ok, stdout, stderr } = tryOpenssl(args, { input: bytes });
    if (!ok) throw new Error(`The signature of ${path} is damaged: ${stderr}`);
    return signatureOf(stdout, inOrder(certificateOf(readFileSync(signer)), readFileSync(certificates, "utf8")));
  });
}

function signatureOf(directory: Uint8Array, chain: Certificate[]): CodeSignature {
  const plist = parseAnyPlist(directory);
  if (!isDictionary(plist)) throw new Error("A code signature signs something else");
  const signed = plist["signed"];
  return {
    identifier: textIn(plist, "identifier") ?? "",
    team: textIn(plist, "team") ?? "",
    entitlements: dictionaryIn(plist, "entitlements"),
    signedMs: signed instanceof Date ? signed.getTime() : 0,
    chain,
    seal: textIn(plist, "seal") ?? "",
  };
}

function identifierOf(path: string): string {
  if (!statSync(path).isDirectory()) return basename(path);
  return textIn(readDictionary(join(path, "Info.plist")), "CFBundleIdentifier") ?? "";
}

function inOrder(leaf: Certificate, pems: string): Certificate[] {
  const blocks = pems.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const all = blocks.map((pem) => certificateOf(pem)).filter(({ sha1 }) => sha1 !== leaf.sha1);
  const intermediate = all.filter((each) => leaf.x509.checkIssued(each.x509));
  return [leaf, ...intermediate, ...all.filter((each) => !intermediate.includes(each))];
}
