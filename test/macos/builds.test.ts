import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { readProvisioningProfile } from "../../src/credentials/apple/read-provisioning-profile.ts";
import type { AppleSigning } from "../../src/protocol/material.ts";
import { IOS_APP, makeMaterial } from "../integration/build/ios-kit.ts";
import { makeRepository } from "../integration/build/repositories.ts";
import { type JobRequest, runToEnd } from "../integration/build/supervisor.ts";
import { type MacHost, macTest } from "./mac-test.ts";

// What a real build tells: compiling, the name of the .ipa, whether xcodebuild finds keychain and profile of a build. The
// signed one needs an account's files: MILLWRIGHT_MAC_P12, MILLWRIGHT_MAC_P12_PASSWORD and MILLWRIGHT_MAC_PROFILE.

const TOOLS = ["xcodebuild", "git", "npm"];

function job(host: MacHost, spec: JobRequest["spec"], ios?: AppleSigning): JobRequest {
  const root = mkdtempSync(join(tmpdir(), "millwright-mac-build-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  return {
    root,
    spec: {
      kind: "package",
      platform: "ios",
      ...spec,
      ...(ios ? { securityProfile: { name: "store", type: "production" } } : {}),
    },
    host: {
      cordovaVersion: "13.0.0",
      platformVersions: { ios: "8.1.1" },
      xcodeFolders: [host.applications],
      userHome: host.home,
      environment: { PATH: host.environment.PATH },
    },
    ...(ios ? { materials: { signing: { material: { ios }, mask: ios.password ? [ios.password] : [] } } } : {}),
  };
}

/** Of the one who runs the test; made up on a faked Mac. Undefined where none were given. */
function signingFiles({ fake }: MacHost): AppleSigning | undefined {
  if (fake) return makeMaterial(fake).ios;
  const { MILLWRIGHT_MAC_P12: p12, MILLWRIGHT_MAC_PROFILE: profile, MILLWRIGHT_MAC_P12_PASSWORD = "" } = process.env;
  if (!p12 || !profile) return undefined;
  return {
    fileName: basename(p12),
    p12Base64: readFileSync(p12).toString("base64"),
    password: MILLWRIGHT_MAC_P12_PASSWORD,
    provisioningProfiles: [{ fileName: basename(profile), base64: readFileSync(profile).toString("base64") }],
  };
}

macTest(
  "An app for the simulator is really compiled",
  async (host) => {
    const gitUrl = makeRepository(IOS_APP).folder;
    const { end, log } = await runToEnd(job(host, { gitUrl, commit: "main", buildType: "simulator" }));
    expect(end, log()).toMatchObject({ outcome: "success" });
    expect(end.artifacts.map(({ kind }) => kind)).toContain("app");
  },
  { tools: TOOLS },
);

macTest(
  "An app is archived, signed and exported by a certificate and a profile of an account",
  async (host) => {
    const ios = signingFiles(host);
    if (!ios) return host.skip("MILLWRIGHT_MAC_P12 and MILLWRIGHT_MAC_PROFILE name no files of an account");
    const [profile] = ios.provisioningProfiles;
    if (!profile) throw new Error("there is no profile");
    const { bundleId, type: buildType } = readProvisioningProfile("store", profile);
    const appId = bundleId.includes("*") ? bundleId.replace("*", "hello") : bundleId;
    const config = (IOS_APP["config.xml"] ?? "").replace("com.example.hello", appId);
    const gitUrl = makeRepository({ ...IOS_APP, "config.xml": config }).folder;
    const { end, log } = await runToEnd(job(host, { gitUrl, commit: "main", buildType }, ios));
    expect(end, log()).toMatchObject({ outcome: "success" });
    expect(end.artifacts[0]).toMatchObject({ kind: "ipa", metadata: { identifier: appId } });
  },
  { tools: TOOLS },
);
