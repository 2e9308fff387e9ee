import { expect, test } from "vitest";
import type { JobResult } from "../../src/protocol/job-folder/result.ts";
import { fakeMac, IOS_APP, iosJob, makeMaterial, sharedRoot } from "../integration/build/ios-kit.ts";
import { makeRepository } from "../integration/build/repositories.ts";
import { runToEnd } from "../integration/build/supervisor.ts";
import { stateOf } from "../support/apple-ground.ts";

const root = sharedRoot();

/** With an Xcode of each one's time: the names of export methods changed with 15.3. */
const VERSIONS = [
  { cordovaIos: "6.3.0", xcode: "14.3.1", names: "old" },
  { cordovaIos: "7.1.1", xcode: "15.4", names: "new" },
  { cordovaIos: "8.1.1", xcode: "26.0", names: "new" },
] as const;

const SIGNED = [
  { buildType: "development", old: "development", new: "debugging" },
  { buildType: "ad-hoc", old: "ad-hoc", new: "release-testing" },
  { buildType: "app-store", old: "app-store", new: "app-store-connect" },
  { buildType: "enterprise", old: "enterprise", new: "enterprise" },
] as const;

const CASES = VERSIONS.flatMap((version) =>
  SIGNED.map((type) => ({ ...version, ...type, method: type[version.names] })),
);

const productOf = ({ artifacts }: JobResult) => artifacts.find(({ kind }) => kind === "ipa" || kind === "app");

test.each(CASES)("cordova-ios $cordovaIos with Xcode $xcode: $buildType is exported as $method", async (wanted) => {
  const { cordovaIos, xcode, buildType, method } = wanted;
  const mac = fakeMac({ xcodes: [{ version: xcode }] });
  const { identity, profile, ios } = makeMaterial(mac, { type: buildType });
  const before = stateOf(mac);
  const gitUrl = makeRepository(IOS_APP).folder;
  const job = await runToEnd(iosJob(mac, { root, gitUrl, cordovaIos }, { buildType }, ios));
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(productOf(job.end)).toMatchObject({
    kind: "ipa",
    name: `Hello-1.2.3-${buildType}.ipa`,
    metadata: {
      identifier: "com.example.hello",
      versionName: "1.2.3",
      exportMethod: method,
      signerSha1: identity.facts.sha1.toLowerCase(),
      profileUuid: profile.uuid,
      profileType: buildType,
      teamId: "ABCDE12345",
      xcodeVersion: xcode,
      platformVersion: cordovaIos,
    },
  });
  expect(stateOf(mac)).toEqual(before);
});

test.each(VERSIONS)("cordova-ios $cordovaIos with Xcode $xcode builds for the simulator", async (wanted) => {
  const mac = fakeMac({ xcodes: [{ version: wanted.xcode }] });
  const gitUrl = makeRepository(IOS_APP).folder;
  const { cordovaIos } = wanted;
  const job = await runToEnd(
    iosJob(mac, { root, gitUrl, cordovaIos }, { buildType: "simulator" }, makeMaterial(mac).ios),
  );
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(productOf(job.end)).toMatchObject({
    kind: "app",
    metadata: { identifier: "com.example.hello", platformVersion: cordovaIos, xcodeVersion: wanted.xcode },
  });
  expect(job.asked).toEqual([]);
  expect(mac.calls().filter(({ tool }) => tool === "security")).toEqual([]);
});
