import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { stateOf } from "../../support/apple-ground.ts";
import { fakeMac, IOS_APP, iosJob, makeMaterial, sharedRoot } from "./ios-kit.ts";
import { makeRepository } from "./repositories.ts";
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

test("An .ipa with another profile or another signer than the security profile's is refused", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac();
  const folder = temporaryFolder();
  const stolen = join(folder, "other.ipa");
  const hook = `require("fs").copyFileSync(${JSON.stringify(stolen)}, "platforms/ios/build/Release-iphoneos/Hello App.ipa");`;
  const config =
    IOS_APP["config.xml"]?.replace("</widget>", '<hook type="after_build" src="steal.js" /></widget>') ?? "";
  const other = makeRepository(IOS_APP).folder;
  const first = await runToEnd(iosJob(mac, { root, gitUrl: other }, { buildType: "ad-hoc" }, makeMaterial(mac).ios));
  expect(first.end, first.log()).toMatchObject({ outcome: "success" });
  copyFileSync(join(first.paths.artifacts, first.end.artifacts[0]?.name ?? ""), stolen);
  const app = { ...IOS_APP, "config.xml": config, "steal.js": `module.exports = () => { ${hook} };` };
  const gitUrl = makeRepository(app).folder;
  const job = await runToEnd(iosJob(mac, { root, gitUrl }, { buildType: "ad-hoc" }, makeMaterial(mac).ios));
  expect(job.end.failure, job.log()).toMatchObject({ code: "IPA_SIGNED_OTHERWISE", step: "verify", blame: "user" });
  expect(job.end.failure?.why).toMatch(/^It holds the provisioning profile .* instead of /);
});
