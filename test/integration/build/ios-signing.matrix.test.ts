import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { expect, test, vi } from "vitest";
import { cleanUp } from "../../../src/agent/janitor.ts";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { applePlaces, provisioningFiles } from "../../../src/protocol/apple-host/places.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { stateOf, untilArchiving } from "../../support/apple-ground.ts";
import { eventually } from "../../support/eventually.ts";
import { fakeMac, IOS_APP, iosJob, makeMaterial, sharedRoot } from "./ios-kit.ts";
import { makeRepository } from "./repositories.ts";
import { startJob } from "./supervisor.ts";

const LONG = 300_000;
/** Longer than the test: until it is let go. */
const HELD = 600;
const root = sharedRoot();
const AD_HOC = { buildType: "ad-hoc" };

function security(mac: FakeMac, ...args: string[]): string {
  return execFileSync(join(mac.bin, "security"), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const archives = (mac: FakeMac) => mac.calls().filter(({ argv }) => argv.includes("archive"));

test("Two builds of one user share search list and profile, and the last one to end takes the profile with it", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac({ settings: { archiveSeconds: HELD } });
  const { ios, profile } = makeMaterial(mac);
  const before = stateOf(mac);
  const gitUrl = makeRepository(IOS_APP).folder;
  const first = await startJob(iosJob(mac, { root, gitUrl }, AD_HOC, ios));
  await untilArchiving(mac);
  const begun = Date.now();
  expect(stateOf(mac).searchList).toHaveLength(before.searchList.length + 1);
  const second = await startJob(iosJob(mac, { root, gitUrl }, AD_HOC, ios));
  await untilArchiving(mac, 2);
  mac.change({ archiveSeconds: (Date.now() - begun) / 1000 }); // the second has begun later
  await eventually("the first archive is made", () => archives(mac)[0]?.rc === 0, 30_000);
  mac.change({ archiveSeconds: HELD });
  const firstEnd = await first.result();
  expect(firstEnd, first.log()).toMatchObject({ outcome: "success" });
  const during = stateOf(mac);
  expect(during.searchList.slice(0, -1)).toEqual(before.searchList);
  expect(during.searchList.at(-1)).toContain(second.leaseId);
  expect(during.profiles).toEqual([[`${profile.uuid}.mobileprovision`], [`${profile.uuid}.mobileprovision`]]);
  mac.change({ archiveSeconds: 0 });
  expect(await second.result(), second.log()).toMatchObject({ outcome: "success" });
  expect(stateOf(mac)).toEqual(before);
});

test("What was there before stays: the order of the search list, a profile that somebody installed", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac({ settings: { archiveSeconds: HELD } });
  const { ios, profile } = makeMaterial(mac);
  const [installed = ""] = provisioningFiles(mac.home, profile.uuid);
  mkdirSync(join(installed, ".."), { recursive: true });
  writeFileSync(installed, profile.bytes);
  const others = ["a", "b"].map((name) => join(mac.root, `${name}.keychain`));
  for (const file of others) security(mac, "create-keychain", "-p", "x", file);
  const [login = ""] = stateOf(mac).searchList;
  const [early = "", late = ""] = others;
  security(mac, "list-keychains", "-d", "user", "-s", early, login);
  const gitUrl = makeRepository(IOS_APP).folder;
  const job = await startJob(iosJob(mac, { root, gitUrl }, AD_HOC, ios));
  await untilArchiving(mac);
  const during = stateOf(mac).searchList;
  expect(during.slice(0, 2)).toEqual([early, login]);
  // Another program adds its own behind the job's.
  security(mac, "list-keychains", "-d", "user", "-s", ...during, late);
  mac.change({ archiveSeconds: 0 });
  expect(await job.result(), job.log()).toMatchObject({ outcome: "success" });
  expect(stateOf(mac)).toMatchObject({
    searchList: [early, login, late],
    profiles: [[`${profile.uuid}.mobileprovision`], []],
  });
});

test("A cancel in the midst of an archive takes everything back, and keeps what xcodebuild had said", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac({ settings: { archiveSeconds: HELD } });
  const { ios } = makeMaterial(mac);
  const before = stateOf(mac);
  const gitUrl = makeRepository(IOS_APP).folder;
  const job = await startJob(iosJob(mac, { root, gitUrl }, AD_HOC, ios));
  await untilArchiving(mac);
  expect(stateOf(mac)).not.toEqual(before);
  job.child.kill("SIGTERM");
  const end = await job.result();
  expect(end, job.log()).toMatchObject({ outcome: "canceled", artifacts: [{ kind: "log" }] });
  expect(stateOf(mac)).toEqual(before);
});

test("When the supervisor is killed in the midst of an archive, the agent takes everything back at its start", {
  timeout: LONG,
}, async () => {
  const mac = fakeMac({ settings: { archiveSeconds: HELD } });
  vi.stubEnv("HOME", mac.home);
  const { ios } = makeMaterial(mac);
  const before = stateOf(mac);
  const gitUrl = makeRepository(IOS_APP).folder;
  const job = await startJob(iosJob(mac, { root, gitUrl }, AD_HOC, ios));
  await untilArchiving(mac);
  const derived = join(mac.home, "Library/Developer/Xcode/DerivedData/App-abc");
  mkdirSync(derived, { recursive: true });
  writeFileSync(join(derived, "info.plist"), `<string>${job.host.worktree}/platforms/ios/App.xcworkspace</string>`);
  const keychain = stateOf(mac).searchList.at(-1) ?? "";
  expect(existsSync(keychain)).toBe(true);
  const ended = new Promise((resolve) => job.child.once("exit", resolve));
  job.child.kill("SIGKILL");
  await ended;
  expect(stateOf(mac).records).toEqual([`${job.leaseId}.json`]);
  mkdirSync(join(root, "worktrees"), { recursive: true });
  await cleanUp(root, new Set(), pino({ level: "silent" }));
  expect(stateOf(mac)).toEqual(before);
  expect(existsSync(keychain)).toBe(false);
  expect(existsSync(derived)).toBe(false);
  expect(findMarked(jobMarker(job.leaseId))).toEqual([]);
  expect(existsSync(applePlaces(mac.home).lock)).toBe(true); // a folder, which nobody holds
  vi.unstubAllEnvs();
});
