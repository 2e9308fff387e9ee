import { lutimesSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clean } from "../../../../src/agent/disk/clean.ts";
import { takeLock } from "../../../../src/base/processes/ticket-lock.ts";
import { installFakeMac } from "../../../fakes/apple/install.ts";
import { CleanGround } from "./clean-ground.ts";

const [LEASE, OTHER] = ["l0123456789abcdef", "lfedcba9876543210"];

const removed = (report: Awaited<ReturnType<typeof clean>>, top: string) =>
  report.removed.map(({ kind, path, why }) => `${kind} ${path.slice(top.length + 1)} ${why}`).sort();

test("What no journal knows goes: checkouts, scratch, job folders, half-made things; what a build holds stays", async () => {
  const ground = new CleanGround();
  ground.job(LEASE);
  for (const lease of [LEASE, OTHER]) {
    ground.folder(`worktrees/${lease}`, 1);
    ground.folder(`scratch/${lease}`, 1);
  }
  ground.folder("jobs/l00000000000000ff", 1);
  ground.folder("jobs/l00000000000000aa", 0); // just being begun
  ground.folder("mirrors/cafe.git.new", 1);
  ground.folder("worktrees/l00000000000000bb", 0);
  ground.folder("scratch/not-a-lease", 90);
  const report = await clean(ground.settings(), { dryRun: false });
  expect(report.failed).toEqual([]);
  expect(removed(report, ground.work)).toEqual([
    "leftovers jobs/l00000000000000ff left",
    "leftovers mirrors/cafe.git.new left",
    `leftovers scratch/${OTHER} left`,
    `leftovers worktrees/${OTHER} left`,
  ]);
  expect(ground.names("worktrees")).toEqual(["l00000000000000bb", LEASE]);
  expect(ground.names("jobs")).toEqual(["l00000000000000aa", LEASE]);
  expect(ground.has(".millwright-trash")).toBe(false);
});

test("Checkouts that are kept to be looked into go by their age", async () => {
  const ground = new CleanGround();
  ground.folder(`worktrees/${LEASE}`, 2);
  ground.folder(`worktrees/${OTHER}`, 40);
  ground.folder(`scratch/${LEASE}`, 2);
  await clean(ground.settings({ keepWorktree: true }), { dryRun: false });
  expect(ground.names("worktrees")).toEqual([LEASE]);
  expect(ground.names("scratch")).toEqual([]);
});

test("Mirrors, npm's cache, cordovas and a Gradle home of its own go when they are old; what is in use stays", async () => {
  const ground = new CleanGround();
  ground.folder("mirrors/old.git", 31);
  ground.folder("mirrors/new.git", 29);
  ground.file("mirrors/checked-out.git/worktrees/x/gitdir", 40);
  writeFileSync(join(ground.work, "mirrors/checked-out.git/worktrees/x/gitdir"), `${ground.work}/caches/.git\n`);
  ground.age(join(ground.work, "mirrors/checked-out.git/worktrees/x/gitdir"), 40);
  ground.folder("tools/cordova-11.0.0", 50);
  ground.folder("tools/cordova-12.0.0", 50);
  ground.file("caches/npm/_cacache/content-v2/sha512/aa/bb/old", 31);
  ground.file("caches/npm/_cacache/content-v2/sha512/aa/bb/old2", 31);
  ground.file("caches/npm/_cacache/content-v2/sha512/aa/cc/new", 1);
  const gradle = join(ground.work, "caches/gradle");
  ground.folder(`${gradle}/wrapper/dists/gradle-7.6-bin/abc`, 60);
  ground.folder(`${gradle}/wrapper/dists/gradle-8.7-bin/abc`, 3);
  ground.folder(`${gradle}/caches/7.6`, 60);
  ground.folder(`${gradle}/caches/modules-2/files-2.1/org.x/lib/1.0`, 60);
  ground.folder(`${gradle}/caches/modules-2/files-2.1/org.x/lib/2.0`, 1);
  ground.file(`${gradle}/init.d/kit.gradle`, 90);
  const environment = { PATH: process.env["PATH"] ?? "", GRADLE_USER_HOME: gradle };
  const report = await clean(ground.settings({ environment }), { dryRun: false });
  expect(removed(report, ground.work)).toEqual([
    "gradle caches/gradle/caches/7.6 old",
    "gradle caches/gradle/caches/modules-2/files-2.1/org.x/lib/1.0 old",
    "gradle caches/gradle/wrapper/dists/gradle-7.6-bin/abc old",
    "mirrors mirrors/old.git old",
    "npm caches/npm/_cacache old",
    "tools tools/cordova-11.0.0 old",
  ]);
  expect(report.removed.find(({ kind }) => kind === "npm")).toMatchObject({ things: 2, bytes: expect.any(Number) });
  expect(ground.names("mirrors").filter((name) => name.endsWith(".git"))).toEqual(["checked-out.git", "new.git"]);
  expect(ground.has(`${gradle}/init.d/kit.gradle`)).toBe(true);
  expect(ground.has(`${gradle}/caches/modules-2/files-2.1/org.x/lib/2.0/file`)).toBe(true);
  expect(report.removedBytes).toBeGreaterThan(60_000);
});

test("While a build runs its caches are left, and mirrors that were used since it began; the rest is told", async () => {
  const ground = new CleanGround();
  ground.job(LEASE);
  ground.folder("mirrors/before.git", 3);
  ground.folder("mirrors/since.git", 0);
  ground.file("caches/npm/_cacache/content-v2/x", 90);
  const report = await clean(ground.settings({}, { cleanBelowBytes: 2 ** 60 }), { dryRun: false });
  expect(removed(report, ground.work)).toEqual(["mirrors mirrors/before.git space"]);
  expect(report.inUse.map(({ kind, reason }) => `${kind}: ${reason}`).sort()).toEqual([
    "mirrors: a build that runs may use it",
    "npm: builds run that may use it",
  ]);
});

test("A mirror that another process holds is left alone", async () => {
  const ground = new CleanGround();
  const mirror = ground.folder("mirrors/held.git", 90);
  const release = await takeLock(`${mirror}.lock`, new AbortController().signal);
  onTestFinished(release);
  const report = await clean(ground.settings(), { dryRun: false });
  expect(report.removed).toEqual([]);
  expect(report.inUse).toEqual([expect.objectContaining({ path: mirror, reason: "a build uses it" })]);
  release();
  expect((await clean(ground.settings(), { dryRun: false })).removed).toHaveLength(1);
});

test("Over the limit the longest unused goes, and a dry run only says so", async () => {
  const ground = new CleanGround();
  for (const [index, name] of ["a", "b", "c", "d"].entries()) ground.folder(`mirrors/${name}.git`, 10 - index, 2 ** 20);
  const settings = ground.settings({}, { maxCacheBytes: 2.5 * 2 ** 20 });
  const told = await clean(settings, { dryRun: true });
  expect(removed(told, ground.work)).toEqual(["mirrors mirrors/a.git limit", "mirrors mirrors/b.git limit"]);
  expect(ground.names("mirrors")).toEqual(["a.git", "b.git", "c.git", "d.git"]);
  const done = await clean(settings, { dryRun: false });
  expect(done.removed).toEqual(told.removed);
  expect(ground.names("mirrors").filter((name) => name.endsWith(".git"))).toEqual(["c.git", "d.git"]);
});

test("Links in the work folder are never followed: neither linked places nor links in what goes", async () => {
  const ground = new CleanGround();
  const precious = ground.file(join(ground.top, "precious/mirrors/repo.git/file"), 90);
  ground.age(join(ground.top, "precious/mirrors/repo.git"), 90);
  const worktree = ground.folder(`worktrees/${OTHER}`, 90);
  symlinkSync(join(ground.top, "precious"), join(worktree, "link"));
  symlinkSync(precious, join(worktree, "link-to-file"));
  symlinkSync(join(ground.top, "precious/mirrors/repo.git"), join(ground.work, "mirrors/linked.git"));
  mkdirSync(join(ground.work, "caches/npm"));
  symlinkSync(join(ground.top, "precious"), join(ground.work, "caches/npm/_cacache"));
  symlinkSync(join(ground.top, "precious"), join(ground.work, "scratch", LEASE));
  ground.age(worktree, 90);
  const links = ["link", "link-to-file", `../../scratch/${LEASE}`];
  for (const link of links) lutimesSync(join(worktree, link), 1, 1);
  const report = await clean(ground.settings({}, { cleanBelowBytes: 2 ** 60 }), { dryRun: false });
  expect(report.failed).toEqual([]);
  expect(ground.has(worktree)).toBe(false);
  expect(readFileSync(precious)).toHaveLength(10_000);
  expect(ground.names("scratch")).toEqual([]);
  expect(ground.has("mirrors/linked.git")).toBe(true);
});

test("Caches of the user are left alone, until the configuration names them", async () => {
  const ground = new CleanGround();
  const gradle = ground.folder(join(ground.home, ".gradle/caches/7.0"), 90);
  const npm = ground.file(join(ground.home, ".npm/_cacache/content-v2/x"), 90);
  const pod = ground.folder(join(ground.home, "Library/Caches/CocoaPods/Pods/Release/AFNetworking/4.0.1-abc"), 90);
  expect((await clean(ground.settings(), { dryRun: false })).removed).toEqual([]);
  const report = await clean(ground.settings({ userCaches: ["gradle", "npm", "cocoapods"] }), { dryRun: false });
  expect(report.removed.map(({ kind }) => kind).sort()).toEqual(["cocoapods", "gradle", "npm"]);
  for (const path of [gradle, npm, pod]) expect(ground.has(path)).toBe(false);
});

test("On a Mac: DerivedData of dead builds always, and when named that of others, archives by age, dead simulators", async () => {
  const ground = new CleanGround();
  const mac = installFakeMac(join(ground.top, "mac"), { xcodes: [{ version: "16.2" }] });
  const xcode = join(mac.home, "Library/Developer/Xcode");
  const derived = (name: string, workspace: string) => {
    const folder = ground.folder(join(xcode, "DerivedData", name), 3);
    writeFileSync(join(folder, "info.plist"), `<plist><string>${workspace}</string></plist>`);
    return folder;
  };
  ground.job(LEASE);
  ground.folder(`worktrees/${LEASE}`);
  const running = derived("App-a", join(ground.work, "worktrees", LEASE, "platforms/ios/App.xcworkspace"));
  const dead = derived("App-b", join(ground.work, "worktrees", OTHER, "platforms/ios/App.xcworkspace"));
  const own = derived("Own-c", "/Users/me/own/Own.xcworkspace");
  const archive = ground.folder(join(xcode, "Archives/2026-01-01/Old.xcarchive"), 90);
  const young = ground.folder(join(xcode, "Archives/2026-11-01/New.xcarchive"), 5);
  const device = ground.folder(join(mac.home, "Library/Developer/CoreSimulator/Devices/AAAA-BBBB"), 1, 100_000);
  const environment = { PATH: `${mac.bin}:${process.env["PATH"]}` };
  const settings = ground.settings({ home: mac.home, environment });
  const first = await clean(settings, { dryRun: false });
  expect(removed(first, mac.home)).toEqual(["derived-data Library/Developer/Xcode/DerivedData/App-b left"]);
  expect([running, own, archive, device].every((path) => ground.has(path))).toBe(true);
  const userCaches = ["derived-data", "archives", "simulators"] as const;
  const named = { ...ground.settings({}, { cleanBelowBytes: 2 ** 60 }), home: mac.home, environment, userCaches };
  const busy = await clean(named, { dryRun: false });
  expect(busy.removed).toEqual([]); // a build runs
  const idle = { ...named, workFolder: new CleanGround().work };
  const second = await clean(idle, { dryRun: false });
  expect(second.failed).toEqual([]);
  expect(second.removed.map(({ kind }) => kind).sort()).toEqual(["archives", "derived-data", "simulators"]);
  for (const path of [dead, own, archive, device]) expect(ground.has(path), path).toBe(false);
  for (const path of [young, running]) expect(ground.has(path), path).toBe(true); // another agent's build runs
  expect(second.removed.find(({ kind }) => kind === "simulators")?.bytes).toBeGreaterThan(90_000);
});

test("What can't be removed is told, and the rest goes all the same", async () => {
  const ground = new CleanGround();
  ground.folder("mirrors/a.git", 90);
  const npm = ground.file("caches/npm/_cacache/content-v2/x", 90);
  ground.file(".millwright-trash", 0); // where nothing can be laid aside
  const report = await clean(ground.settings(), { dryRun: false });
  expect(report.failed).toEqual([
    { kind: "mirrors", path: join(ground.work, "mirrors/a.git"), reason: expect.any(String) },
  ]);
  expect(ground.has(npm)).toBe(false);
});
