import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { AppleSigning } from "../../../src/protocol/material.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { makeProfile } from "../../fakes/apple/profiles/make-profile.ts";
import { extensionFiles } from "../../support/app-extension.ts";
import { stateOf } from "../../support/apple-ground.ts";
import { fakeMac, IOS_APP, iosJob, makeMaterial, sharedRoot } from "./ios-kit.ts";
import { type Files, makeRepository } from "./repositories.ts";
import { type RunningJob, runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LONG = 300_000;
const root = sharedRoot();

/** The log of xcodebuild that a job left. */
function xcodebuildLog(job: RunningJob): string {
  return gunzipSync(readFileSync(join(job.paths.artifacts, "xcodebuild.log.gz"))).toString();
}

test("A build that can't be signed says why, keeps what xcodebuild said, and leaves nothing", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac();
  const { ios } = makeMaterial(mac, { unknownIssuer: true });
  const before = stateOf(mac);
  const gitUrl = makeRepository(IOS_APP).folder;
  const job = await runToEnd(iosJob(mac, { root, gitUrl }, { buildType: "ad-hoc" }, ios));
  expect(job.end.failure, job.log()).toMatchObject({ code: "SIGNING_CERTIFICATE_NOT_FOUND", step: "compile" });
  expect(job.log()).toContain("Warning: macOS says CSSMERR_TP_NOT_TRUSTED of the certificate Apple Distribution");
  expect(job.end.artifacts).toMatchObject([{ kind: "log" }]);
  expect(xcodebuildLog(job)).toContain("ARCHIVE FAILED");
  expect(stateOf(mac)).toEqual(before);
});

/** The app, with a hook that puts a file in the place of what Xcode made. */
function stealing(file: string, app: Files): Files {
  const to = "platforms/ios/build/Release-iphoneos/Hello App.ipa";
  const config = (app["config.xml"] ?? "").replace("</widget>", '<hook type="after_build" src="steal.js" /></widget>');
  const hook = `module.exports = () => require("fs").copyFileSync(${JSON.stringify(file)}, ${JSON.stringify(to)});`;
  return { ...app, "config.xml": config, "steal.js": hook };
}

/** Builds the app with one security profile, and lets a build with another one deliver that .ipa. */
async function delivered(app: Files, made: AppleSigning, wanted: AppleSigning, mac: FakeMac) {
  const spec = { buildType: "ad-hoc" };
  const first = await runToEnd(iosJob(mac, { root, gitUrl: makeRepository(app).folder }, spec, made));
  expect(first.end, first.log()).toMatchObject({ outcome: "success" });
  const stolen = join(temporaryFolder(), "other.ipa");
  copyFileSync(join(first.paths.artifacts, first.end.artifacts[0]?.name ?? ""), stolen);
  const gitUrl = makeRepository(stealing(stolen, app)).folder;
  return runToEnd(iosJob(mac, { root, gitUrl }, spec, wanted));
}

test("An .ipa with another profile or another signer than the security profile's is refused", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac();
  const job = await delivered(IOS_APP, makeMaterial(mac).ios, makeMaterial(mac).ios, mac);
  expect(job.end.failure, job.log()).toMatchObject({ code: "IPA_SIGNED_OTHERWISE", step: "verify", blame: "user" });
  expect(job.end.failure?.why).toMatch(/^It holds the provisioning profile .* instead of /);
});

test("An .ipa whose extension holds another profile than the security profile's is refused", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac();
  const { identity, ios } = makeMaterial(mac);
  const withShare = (name: string): AppleSigning => {
    const share = makeProfile(mac.root, { name, bundleId: "com.example.hello.share", certificates: [identity.facts] });
    const file = { fileName: `${name}.mobileprovision`, base64: share.bytes.toString("base64") };
    return { ...ios, provisioningProfiles: [...ios.provisioningProfiles, file] };
  };
  const app = { ...IOS_APP, ...extensionFiles("8.1.1") };
  const job = await delivered(app, withShare("old"), withShare("renewed"), mac);
  expect(job.end.failure, job.log()).toMatchObject({ code: "IPA_SIGNED_OTHERWISE", step: "verify", blame: "user" });
  expect(job.end.failure?.why).toMatch(/PlugIns\/Share\.appex\/ holds the provisioning profile old \(.*renewed \(/);
});
