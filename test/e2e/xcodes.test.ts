import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/controller.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, openGround } from "../support/playground.ts";
import { layXcode, xcodePrograms } from "../support/xcode-folders.ts";

let ground: Ground;
let close: () => Promise<void>;

const applications = mkdtempSync(join(tmpdir(), "millwright-applications-"));

beforeAll(async () => {
  ({ ground, close } = await openGround({ extra: `xcode:\n  folders: [${applications}]\n` }));
});
afterAll(async () => {
  rmSync(applications, { recursive: true, force: true });
  await close();
});

test("An Xcode that is put on a host can be asked for within moments: the agent goes on, and builds for ios", async () => {
  const millwright = (...args: string[]) => ground.millwright(ground.folder, ...args);
  const ask = () => millwright("package", "build", "ios", "simulator", "--app", "shop", "--commit", "main", ...target);
  const target = ["--target-platform", "macOS - 2026.10 (Xcode 26.0)", "--detach"];
  await millwright("apps", "add", "shop", "--git-url", join(ground.folder, "nowhere.git"));
  expect((await ask()).text).toContain("NO_AGENT_FOR_PLATFORM");

  const arriving = layXcode(temporaryFolder(), { name: "Xcode-26.app", version: "26.0", build: "17A324", sdk: "26.0" });
  xcodePrograms(join(arriving, "Contents/Developer/usr/bin"));
  renameSync(arriving, join(applications, "Xcode-26.app"));
  const find = async () => (await millwright("agents")).stdout.split("\n").find((line) => line.includes("has Xcode"));
  const listed = await eventually("the Xcode is listed", find, 30_000);
  expect(listed).toBe("demo-1 has Xcode 26.0 (17A324, default)");
  const asked = await ask();
  expect(asked.exit, asked.text).toBe(0);
  // There is no such repository: what counts is that this agent took the build for the Xcode it has just found.
  const ended = async () => (await ground.build(1)).failure;
  expect(await eventually("the build has begun and ended", ended, 60_000)).toMatchObject({
    code: "REPOSITORY_NOT_FOUND",
  });
});
