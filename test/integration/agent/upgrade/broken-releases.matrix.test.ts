import { appendFileSync, writeFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { currentRelease, programOf, readOrder, releaseInUse } from "../../../../src/agent/releases/prefix.ts";
import { eventually } from "../../../support/eventually.ts";
import { heldBuild, WHOLE } from "./held-build.ts";
import { type Change, type ReleaseHost, releaseHost } from "./release-host.ts";

/** Only as a service, so that what is looked at before the switch doesn't find it. */
const AS_SERVICE = "process.env.MILLWRIGHT_PREFIX";

const THROWS: Change = (edit) =>
  edit("agent/main.js", /^/, `if (${AS_SERVICE}) throw new TypeError("half of it is missing");\n`);
const NEVER_CONNECTS: Change = (edit) =>
  edit("agent/session/session.js", "async run() {", "async run() { await new Promise(() => {});");
const REFUSES: Change = (edit) =>
  edit(
    "agent/config.js",
    "const written = loadYaml(",
    `if (${AS_SERVICE}) env = {}, loadYaml("/nowhere.yaml", AGENT_CONFIG);\n    const written = loadYaml(`,
  );

let host: ReleaseHost;
let first: string;
beforeEach(async () => {
  host = await releaseHost();
  first = currentRelease(host.paths) ?? "";
});

/** All who may ask are told: who upgraded, the log, operators, and later ones. */
async function expectRolledBack(version: string, why: RegExp): Promise<void> {
  expect(releaseInUse(host.paths)).toBe(first);
  const told = new RegExp(`rolled back from ${version}-\\S+ to ${first} at \\S+: .*${why.source}`);
  await eventually("the log tells it", () => told.test(host.log()), 30_000);
  const reasons = async () => (await host.agent())?.reasons.join() ?? "";
  await eventually("operators are told", async () => told.test(await reasons()), 30_000);
  const agent = await host.runs("1.0.0");
  expect(agent.state).not.toBe("unhealthy");
  const { stdout } = await host.ownCommand("agent", "releases");
  expect(stdout).toMatch(new RegExp(`${version}-\\S+ is given up: .*${why.source}`));
}

test("a release that throws when it is loaded is rolled back, and a build in between notices nothing", async () => {
  const build = await heldBuild(host.controller, host.folder);
  const upgraded = await host.upgrade(await host.pack("1.1.0", THROWS));
  expect(upgraded.code, upgraded.stderr).toBe(5);
  expect(upgraded.stderr).toMatch(/RELEASE_ROLLED_BACK/);
  expect(upgraded.stderr).toContain("half of it is missing");
  expect(currentRelease(host.paths)).toBe(first);
  await expectRolledBack("1.1.0", /ended 3 times before it was good: .*half of it is missing/);
  expect(await build.finish()).toEqual(WHOLE);
});

test("a release that can't even be parsed is rolled back, with nobody who waits and no controller", async () => {
  const file = await host.pack("1.1.0");
  const switched = await host.millwright("upgrade", file, "--no-restart", "--no-wait");
  expect(switched, switched.stderr).toMatchObject({ code: 0 });
  const broken = currentRelease(host.paths) ?? "";
  expect(broken).toMatch(/^1\.1\.0-/);
  writeFileSync(programOf(host.paths, broken), "#!/usr/bin/env node\nimport {{{\n"); // the disk did that
  await host.controller.close();
  expect((await host.ownCommand("--version")).stdout).toBe("1.0.0\n");
  await host.service.restart();
  await eventually("it went back", () => releaseInUse(host.paths) === first, 30_000);
  await eventually("the agent runs", () => /rolled back from/.test(host.log()), 30_000);
  expect(host.log()).toMatch(new RegExp(`going back from ${broken} to ${first}: it ended 3 times .*SyntaxError`));
  const { stdout } = await host.ownCommand("agent", "releases");
  expect(stdout).toMatch(/1\.1\.0-\S+ is given up: .*SyntaxError/);
});

test("a release that starts and never connects is rolled back, since the one before could", async () => {
  const upgraded = await host.upgrade(await host.pack("1.1.0", NEVER_CONNECTS), "--limit", "3s");
  expect(upgraded.code, upgraded.stderr).toBe(5);
  expect(upgraded.stderr).toContain(`not connected within 3 seconds, although ${first} reaches the controller`);
  await expectRolledBack("1.1.0", /not connected within 3 seconds/);
});

test("while no release could connect, none is given up", async () => {
  const file = await host.pack("1.1.0", NEVER_CONNECTS);
  await host.controller.close();
  const upgraded = await host.upgrade(file, "--limit", "1s", "--no-wait");
  expect(upgraded, upgraded.stderr).toMatchObject({ code: 0 });
  await eventually("it was looked at", () => host.log().includes("doesn't reach the controller either"), 60_000);
  expect(releaseInUse(host.paths)).toMatch(/^1\.1\.0-/);
});

test("a release that refuses the host's configuration isn't switched to, or is rolled back with its words", async () => {
  appendFileSync(host.config, "slots: 2\n");
  const stricter: Change = (edit) => edit("agent/config.js", /\bslots: z/, "places: z");
  const early = await host.upgrade(await host.pack("1.1.0", stricter));
  expect(early.code).toBe(5);
  expect(early.stderr).toMatch(/RELEASE_UNFIT/);
  expect(early.stderr).toMatch(/CONFIG_INVALID/);
  expect(currentRelease(host.paths)).toBe(first);
  expect(readOrder(host.paths)).toBeUndefined();

  const late = await host.upgrade(await host.pack("1.2.0", REFUSES));
  expect(late.code, late.stderr).toBe(5);
  expect(late.stderr).toContain("CONFIG_FILE_UNREADABLE");
  await expectRolledBack("1.2.0", /CONFIG_FILE_UNREADABLE/);
});
