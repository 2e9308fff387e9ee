import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, onTestFinished } from "vitest";
import type { JobSpec } from "../../../src/protocol/job-folder/spec.ts";
import type { AppleSigning } from "../../../src/protocol/material.ts";
import type { MadeIdentity } from "../../fakes/apple/certificates/identity.ts";
import { makeIdentity } from "../../fakes/apple/certificates/identity.ts";
import { makeP12, type P12Algorithms } from "../../fakes/apple/certificates/p12.ts";
import { type FakeMac, installFakeMac, type MacWish } from "../../fakes/apple/install.ts";
import {
  type MadeProfile,
  makeProfile,
  type ProfileType,
  type ProfileWish,
} from "../../fakes/apple/profiles/make-profile.ts";
import { CONFIG_XML, type Files } from "./repositories.ts";
import type { JobRequest } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const P12_PASSWORD = "the owner's own p12 password";

/** A cordova app for ios with a blank in its name. */
export const IOS_APP: Files = {
  "package.json": JSON.stringify({ name: "hello", version: "1.2.3" }),
  "config.xml": CONFIG_XML.replace("<name>Hello</name>", "<name>Hello App</name>"),
  "www/index.html": "<h1>Hello</h1>",
};

/** A folder for all tests of a file: cordova is installed into it once. */
export function sharedRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "millwright-ios-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export function fakeMac(wish?: MacWish): FakeMac {
  return installFakeMac(join(temporaryFolder(), "mac"), wish);
}

export interface Material {
  identity: MadeIdentity;
  profile: MadeProfile;
  ios: AppleSigning;
}

/** A p12 and a provisioning profile of one account, as its owner has them. */
export function makeMaterial(
  mac: FakeMac,
  {
    type = "ad-hoc" as ProfileType,
    algorithms = "pbes2" as P12Algorithms,
    bundleId = "com.example.hello",
    unknownIssuer = false,
    entitlements = {} as NonNullable<ProfileWish["entitlements"]>,
  } = {},
): Material {
  const kind = type === "development" ? "Apple Development" : "Apple Distribution";
  const identity = makeIdentity(mac.root, { kind, unknownIssuer });
  const profile = makeProfile(mac.root, { type, bundleId, certificates: [identity.facts], entitlements });
  const p12 = makeP12({ identities: [identity], password: P12_PASSWORD, algorithms });
  const ios: AppleSigning = {
    fileName: "signing.p12",
    p12Base64: p12.toString("base64"),
    password: P12_PASSWORD,
    provisioningProfiles: [{ fileName: "app.mobileprovision", base64: profile.bytes.toString("base64") }],
  };
  return { identity, profile, ios };
}

/** A job on a faked Mac that builds `gitUrl`; `cordovaIos` is the version of cordova-ios. */
export function iosJob(
  mac: FakeMac,
  { root, gitUrl, cordovaIos = "8.1.1" }: { root: string; gitUrl: string; cordovaIos?: string },
  spec: Partial<JobSpec>,
  ios?: AppleSigning,
): JobRequest {
  onTestFinished(() => rmSync(join(root, "work"), { recursive: true, force: true }));
  return {
    root,
    spec: {
      kind: "package",
      platform: "ios",
      commit: "main",
      gitUrl,
      ...(ios ? { securityProfile: { name: "store", type: "production" } } : {}), // what it is, compile finds out
      ...spec,
    },
    host: {
      cordovaVersion: "13.0.0",
      platformVersions: { ios: cordovaIos },
      xcodeFolders: [mac.applications],
      userHome: mac.home,
      environment: { PATH: `${mac.bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` },
    },
    ...(ios ? { materials: { signing: { material: { ios }, mask: [ios.password] } } } : {}),
  };
}
