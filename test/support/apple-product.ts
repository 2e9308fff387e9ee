import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FakeMac } from "../fakes/apple/install.ts";
import { readDictionary } from "../fakes/apple/plists/plist-file.ts";
import { readSignature } from "../fakes/apple/signing/code-signature.ts";

/** An app or an app extension as it was delivered. */
export interface SignedBundle {
  /** `Hello App.app` */
  name: string;
  info: ReturnType<typeof readDictionary>;
  /** embedded.mobileprovision */
  profile: Buffer | undefined;
  /** Who signed, and for which app; undefined where nobody did. */
  signature: { sha1: string; team: string; entitlements: object } | undefined;
  /** Those in PlugIns. */
  extensions: SignedBundle[];
}

/** Unpacks an .ipa, or the zip of an app for the simulator, and reads what is in it. `codesign` must find it whole. */
export function openProduct(mac: FakeMac, file: string): SignedBundle {
  const folder = mkdtempSync(join(mac.root, "product-"));
  execFileSync("unzip", ["-q", file, "-d", folder]);
  const payload = file.endsWith(".ipa") ? join(folder, "Payload") : folder;
  const [name, ...others] = readdirSync(payload);
  if (name === undefined || others.length > 0) throw new Error(`${file} holds ${readdirSync(payload).join(", ")}`);
  const app = readBundle(payload, name);
  if (app.signature) execFileSync(join(mac.bin, "codesign"), ["--verify", "--deep", "--strict", join(payload, name)]);
  return app;
}

function readBundle(folder: string, name: string): SignedBundle {
  const bundle = join(folder, name);
  const profile = join(bundle, "embedded.mobileprovision");
  const plugIns = join(bundle, "PlugIns");
  const signature = readSignature(bundle);
  const [signer] = signature?.chain ?? [];
  return {
    name,
    info: readDictionary(join(bundle, "Info.plist")),
    profile: existsSync(profile) ? readFileSync(profile) : undefined,
    signature: signature && { sha1: signer?.sha1 ?? "", team: signature.team, entitlements: signature.entitlements },
    extensions: existsSync(plugIns) ? readdirSync(plugIns).map((each) => readBundle(plugIns, each)) : [],
  };
}
