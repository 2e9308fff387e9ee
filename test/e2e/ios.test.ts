import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalEntry } from "../../src/agent/jobs/lease-journal.ts";
import { readJson } from "../../src/base/files.ts";
import type { BuildDetails } from "../../src/protocol/api.ts";
import type { FakeMac } from "../fakes/apple/install.ts";
import {
  buildIdOf,
  iosRepository,
  openAppleGround,
  stateOf,
  type TeamFiles,
  teamFiles,
  untilArchiving,
} from "../support/apple-ground.ts";
import { eventually } from "../support/eventually.ts";
import type { Ground } from "../support/playground.ts";
import { filesHolding, formsOf, watchProcesses } from "../support/searching.ts";

const APP = { type: "app-store", bundleId: "com.example.hello" } as const;
/** Longer than a test: until it is let go. */
const HELD = 600;
const XCODE = "macOS - 2026.10 (Xcode 26.0)";

let mac: FakeMac;
let ground: Ground;
let close: () => Promise<void>;
let teams: TeamFiles[];
let before: ReturnType<typeof stateOf>;

beforeAll(async () => {
  ({ mac, ground, close } = await openAppleGround({ xcodes: [{ version: "16.2" }, { version: "26.0" }] }, 2));
  const url = iosRepository(join(ground.folder, "hello"));
  await ground.millwright(ground.folder, "apps", "add", "hello", "--git-url", url);
  teams = ["ABCDE12345", "ZYXWV98765"].map((team) =>
    teamFiles(mac, ground.folder, { ...APP, team, password: `p12-${randomBytes(9).toString("hex")}` }),
  );
  for (const { team, options, forget } of teams) {
    const added = await ground.millwright(ground.folder, "profiles", "add", team, "--type", "production", ...options);
    expect(added.exit, added.text).toBe(0);
    forget();
  }
  before = stateOf(mac);
});
afterAll(() => close());

/** `millwright package build ios …` of the app's main branch. */
function packageBuild(type: string, ...options: string[]) {
  const app = ["--app", "hello", "--commit", "main"];
  return ground.millwright(ground.folder, "package", "build", "ios", type, ...app, ...options);
}

/** One build for each team at once. */
async function startForBoth(): Promise<number[]> {
  const runs = teams.map(({ team }) => packageBuild("app-store", "--security-profile", team, "--detach"));
  return (await Promise.all(runs)).map(buildIdOf);
}

async function ended(id: number): Promise<BuildDetails> {
  await eventually(`build ${id} ends`, async () => (await ground.build(id)).finishedAt, 240_000);
  return ground.build(id);
}

function productOf({ artifacts }: BuildDetails) {
  return artifacts.find(({ kind }) => kind === "ipa" || kind === "app");
}

/** The build was signed by this team's certificate and provisioning profile, and by nothing else. */
function expectSignedBy(build: BuildDetails, { identity, profile, team }: TeamFiles): void {
  expect(build, JSON.stringify(build.failure)).toMatchObject({ status: "success" });
  expect(productOf(build)?.metadata).toMatchObject({
    teamId: team,
    profileUuid: profile.uuid,
    signer: identity.facts.commonName,
    signerSha1: identity.facts.sha1.toLowerCase(),
  });
}

async function expectNothingLeft(): Promise<void> {
  const checkouts = join(ground.folder, "agent-1/worktrees");
  await eventually("the checkouts are removed", () => readdirSync(checkouts).length === 0, 60_000);
  expect(stateOf(mac)).toEqual(before);
}

test("an app-store build is made by the Xcode that was asked for, signed as its profile says, and leaves nothing", async () => {
  const [first] = teams;
  if (!first) throw new Error("there is no team");
  const passwords = teams.map(({ password }) => password);
  const output = join(ground.folder, "release");
  mkdirSync(output);
  const watch = watchProcesses(passwords);
  const options = ["--security-profile", first.team, "--target-platform", XCODE, "--output", output];
  const ran = await packageBuild("app-store", ...options);
  const { looks, seen } = watch.stop();
  expect(ran.exit, ran.text).toBe(0);
  expect(looks).toBeGreaterThan(50);
  expect(seen).toEqual([]);
  expect(readdirSync(output)).toContain("hello-1.2.3-app-store.ipa");

  const build = await ground.build(1);
  expectSignedBy(build, first);
  expect(productOf(build)?.metadata).toMatchObject({
    identifier: "com.example.hello",
    versionName: "1.2.3",
    displayName: "Hello App",
    exportMethod: "app-store-connect",
    profileName: first.profile.name,
    profileType: "app-store",
    architectures: ["arm64"],
    xcodeVersion: "26.0",
    xcodeBuild: "17A324",
    cordovaVersion: "13.0.0",
    platformVersion: "8.1.1",
  });
  expect(await ground.log(1)).toContain(
    `Xcode 26.0 (17A324, SDK of iOS 26.0) at ${mac.developerDir("Xcode-26.0.app")}`,
  );
  await expectNothingLeft();

  const calls = mac.calls();
  expect(calls.some(({ tool, argv }) => tool === "security" && argv[0] === "import")).toBe(true);
  expect(passwords.filter((password) => JSON.stringify(calls).includes(password))).toEqual([]);
  expect(filesHolding([ground.folder, mac.home], passwords.flatMap(formsOf))).toEqual([]);
});

test("a simulator build is a zipped app, without any signing", async () => {
  const output = join(ground.folder, "simulator");
  mkdirSync(output);
  const earlier = mac.calls().length;
  const ran = await packageBuild("simulator", "--target-platform", "Xcode 16.2", "--output", output);
  expect(ran.exit, ran.text).toBe(0);
  expect(readdirSync(output)).toContain("hello-1.2.3-simulator.app.zip");
  expect(productOf(await ground.build(2))).toMatchObject({ kind: "app", metadata: { xcodeVersion: "16.2" } });
  expect(
    mac
      .calls()
      .slice(earlier)
      .filter(({ tool }) => tool === "security"),
  ).toEqual([]);
});

test("two builds at once for two teams are each signed by their own", async () => {
  mac.change({ archiveSeconds: HELD });
  const ids = await startForBoth();
  await untilArchiving(mac, 2);
  expect(stateOf(mac).searchList).toHaveLength(before.searchList.length + 2);
  mac.change({ archiveSeconds: 0 });
  for (const [index, team] of teams.entries()) expectSignedBy(await ended(ids[index] ?? 0), team);
  await expectNothingLeft();
});

test("kill -9 of both supervisors and of the agent in mid-archive: all is taken back, and the builds are begun anew", async () => {
  mac.change({ archiveSeconds: HELD });
  const ids = await startForBoth();
  await untilArchiving(mac, 2);
  expect(stateOf(mac).records).toHaveLength(2);
  const [agent] = ground.agents;
  const gone = new Promise((resolve) => agent?.once("exit", resolve));
  for (const pid of supervisors()) process.kill(pid, "SIGKILL");
  agent?.kill("SIGKILL");
  await gone;
  expect(stateOf(mac).records).toHaveLength(2);
  ground.restartAgent();
  // Those of the dead builds never ended.
  await untilArchiving(mac, 4);
  mac.change({ archiveSeconds: 0 });
  for (const [index, team] of teams.entries()) {
    const build = await ended(ids[index] ?? 0);
    expectSignedBy(build, team);
    expect(build.attempt).toBe(2);
    expect(await ground.log(build.id)).toContain("The process that ran the build ended");
  }
  await expectNothingLeft();
});

/** Of the jobs that run now. */
function supervisors(): number[] {
  const jobs = join(ground.folder, "agent-1/jobs");
  return readdirSync(jobs).flatMap((name) => {
    const entry = readJson<JournalEntry>(join(jobs, name, "lease.json"));
    return entry ? [entry.supervisor.pid] : [];
  });
}
