import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { fakeMac, IOS_APP, iosJob, makeMaterial, P12_PASSWORD, sharedRoot, stateOf } from "./ios-kit.ts";
import { makeRepository } from "./repositories.ts";
import { type RunningJob, runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LONG = 300_000;
const root = sharedRoot();

/** The log of xcodebuild that a job left. */
function xcodebuildLog(job: RunningJob): string {
  return gunzipSync(readFileSync(join(job.paths.artifacts, "xcodebuild.log.gz"))).toString();
}

test("An ad-hoc build goes from a commit to an .ipa signed by the profile, and nothing stays behind", {
  timeout: LONG,
}, async () => {
  // macOS 14 refuses a p12 as OpenSSL 3 writes it.
  const mac = fakeMac({ settings: { macOS: { version: "14.7", build: "23H124" } } });
  const { identity, profile, ios } = makeMaterial(mac);
  const before = stateOf(mac);
  const gitUrl = makeRepository(IOS_APP).folder;
  const nativeConfig = { name: "beta", version: "2.0.0", buildNumber: "4711" };
  const environment = { name: "keep", variables: { MILLWRIGHT_XCARCHIVE: "1" } };
  const spec = { buildType: "ad-hoc", nativeConfig, environment };
  const job = await runToEnd(iosJob(mac, { root, gitUrl }, spec, ios));
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(job.end.artifacts.map(({ name, kind }) => [kind, name])).toEqual([
    ["ipa", "Hello-2.0.0-ad-hoc.ipa"],
    ["dsym", "Hello-2.0.0-ad-hoc.dSYM.zip"],
    ["xcarchive", "Hello-2.0.0-ad-hoc.xcarchive.zip"],
    ["log", "xcodebuild.log.gz"],
  ]);
  expect(job.end.artifacts[0]?.metadata).toMatchObject({
    identifier: "com.example.hello",
    versionName: "2.0.0",
    versionCode: "4711",
    displayName: "Hello App",
    exportMethod: "release-testing",
    profileUuid: profile.uuid,
    profileName: profile.name,
    teamId: "ABCDE12345",
    devices: 2,
    architectures: ["arm64"],
    signerSha1: identity.facts.sha1.toLowerCase(),
    xcodeVersion: "16.2",
    xcodeBuild: "16C5032a",
    cordovaVersion: "13.0.0",
    platformVersion: "8.1.1",
  });
  expect(xcodebuildLog(job)).toMatch(/ARCHIVE SUCCEEDED[\s\S]*EXPORT SUCCEEDED/);
  expect(stateOf(mac)).toEqual(before);
  const calls = mac.calls();
  expect(JSON.stringify(calls)).not.toContain(P12_PASSWORD);
  const keychain = calls.find(({ argv }) => argv[0] === "create-keychain")?.argv.at(-1) ?? "";
  expect(keychain).toContain(`millwright-${job.leaseId}-`);
  expect(existsSync(keychain)).toBe(false);
  const builds = calls.filter(({ tool, argv }) => tool === "xcodebuild" && argv.includes("-archivePath"));
  for (const { env } of builds) {
    expect(env).toMatchObject({ DEVELOPER_DIR: mac.developerDir("Xcode-16.2.app"), HOME: mac.home });
    expect([env["LANG"], env["LC_ALL"]].every((locale) => locale?.endsWith(".UTF-8"))).toBe(true);
  }
});

test.each([
  { cordovaIos: "6.3.0", buildType: "app-store", xcode: "14.3.1", method: "app-store" },
  { cordovaIos: "7.1.1", buildType: "development", xcode: "15.4", method: "debugging" },
] as const)(
  "cordova-ios $cordovaIos signs a build of type $buildType with Xcode $xcode",
  { timeout: LONG },
  async ({ cordovaIos, buildType, xcode, method }) => {
    const mac = fakeMac({ xcodes: [{ version: xcode }] });
    const { identity, ios } = makeMaterial(mac, { type: buildType });
    const before = stateOf(mac);
    const gitUrl = makeRepository(IOS_APP).folder;
    const job = await runToEnd(iosJob(mac, { root, gitUrl, cordovaIos }, { buildType }, ios));
    expect(job.end, job.log()).toMatchObject({ outcome: "success" });
    expect(job.end.artifacts[0]).toMatchObject({
      kind: "ipa",
      metadata: {
        exportMethod: method,
        signerSha1: identity.facts.sha1.toLowerCase(),
        profileType: buildType,
        platformVersion: cordovaIos,
      },
    });
    expect(stateOf(mac)).toEqual(before);
  },
);

test("A simulator build asks for no signing material and gives a zipped app", { timeout: LONG }, async () => {
  const mac = fakeMac();
  const gitUrl = makeRepository(IOS_APP).folder;
  const { ios } = makeMaterial(mac);
  const job = await runToEnd(iosJob(mac, { root, gitUrl }, { buildType: "simulator" }, ios));
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(job.asked).toEqual([]);
  expect(mac.calls().filter(({ tool }) => tool === "security")).toEqual([]);
  expect(job.end.artifacts.map(({ kind }) => kind)).toEqual(["app", "log"]);
  expect(job.end.artifacts[0]).toMatchObject({
    name: "Hello-1.2.3-simulator.app.zip",
    metadata: { identifier: "com.example.hello", versionName: "1.2.3" },
  });
});

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
