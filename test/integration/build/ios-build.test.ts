import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { stateOf } from "../../support/apple-ground.ts";
import { fakeMac, IOS_APP, iosJob, makeMaterial, P12_PASSWORD, sharedRoot } from "./ios-kit.ts";
import { makeRepository } from "./repositories.ts";
import { type RunningJob, runToEnd } from "./supervisor.ts";

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
