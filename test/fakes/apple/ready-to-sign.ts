import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type IdentityWish, type MadeIdentity, makeIdentity } from "./certificates/identity.ts";
import { makeP12, type P12Algorithms } from "./certificates/p12.ts";
import type { FakeMac } from "./install.ts";
import { callToolNow } from "./machine/tool.ts";
import { type MadeProfile, makeProfile, type ProfileWish } from "./profiles/make-profile.ts";
import { security as securityTool } from "./security/tool.ts";

export interface KeychainWish extends IdentityWish {
  algorithms?: P12Algorithms;
  /** "" leaves the key without a partition list. */
  partitions?: string;
  searched?: boolean;
}

export interface ReadyKeychain {
  keychain: string;
  password: string;
  identity: MadeIdentity;
}

/** A keychain as a careful person makes it, with one new identity, by the fake `security`; it is put on the search list. */
export function prepareKeychain(mac: FakeMac, wish: KeychainWish = {}): ReadyKeychain {
  const { algorithms = "3des", partitions = "apple-tool:,apple:,codesign:", searched = true } = wish;
  const identity = makeIdentity(mac.root, wish);
  const password = "keychain-password";
  const keychain = join(mac.root, `made-${process.hrtime.bigint()}.keychain`);
  const p12 = `${keychain}.p12`;
  writeFileSync(p12, makeP12({ identities: [identity], password: "p12-password", algorithms }));
  security(mac, "create-keychain", "-p", password, keychain);
  security(mac, "set-keychain-settings", keychain);
  security(
    mac,
    "import",
    p12,
    "-k",
    keychain,
    "-P",
    "p12-password",
    "-T",
    "/usr/bin/codesign",
    "-T",
    "/usr/bin/security",
  );
  if (partitions) security(mac, "set-key-partition-list", "-S", partitions, "-s", "-k", password, keychain);
  const list = security(mac, "list-keychains", "-d", "user").match(/(?<=")[^"]+(?=")/g) ?? [];
  if (searched) security(mac, "list-keychains", "-d", "user", "-s", keychain, ...list);
  return { keychain, password, identity };
}

/** Makes a profile and puts it where every Xcode looks. */
export function installProfile(mac: FakeMac, wish: ProfileWish): MadeProfile {
  const profile = makeProfile(mac.root, wish);
  const folder = join(mac.home, "Library/MobileDevice/Provisioning Profiles");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${profile.uuid}.mobileprovision`), profile.bytes);
  return profile;
}

/** In this process: as a program it would take a hundred times as long. */
function security(mac: FakeMac, ...argv: string[]): string {
  const machine = { root: mac.root, settings: mac.settings(), env: {}, cwd: mac.root };
  const { code, stdout, stderr } = callToolNow(securityTool, { machine, argv });
  if (code !== 0) throw new Error(`security ${argv[0]} failed: ${stderr}`);
  return stdout;
}
