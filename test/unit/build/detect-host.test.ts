import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readAndroidSdk } from "../../../src/build/toolchain/android-sdk.ts";
import { detectHost } from "../../../src/build/toolchain/detect-host.ts";

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test("This host is described: node, npm and git with their versions, and what it can build", async () => {
  const host = await detectHost({ PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` }, tmpdir());
  const version = (kind: string) => host.toolchains.find((tool) => tool.kind === kind)?.version;
  expect(version("node")).toBe(process.versions.node);
  expect(version("npm")).toMatch(/^\d+\.\d+\.\d+/);
  expect(version("git")).toMatch(/^\d+\.\d+/);
  expect(host).toMatchObject({ os: process.platform, arch: process.arch });
  expect(host.diskFreeBytes).toBeGreaterThan(0);
  expect(host.platforms.find(({ platform }) => platform === "web")).toMatchObject({ supported: true, lacking: "" });
  const android = host.platforms.find(({ platform }) => platform === "android");
  expect(android).toMatchObject({ supported: false, lacking: expect.stringContaining("ANDROID_HOME") });
});

test("A host without anything is described too, with all that it lacks", async () => {
  const host = await detectHost({ PATH: "/nowhere" }, "/nowhere");
  expect(host.diskFreeBytes).toBe(0);
  expect(host.platforms.map((support) => support.supported)).toEqual([false, false, false]);
  expect(host.platforms[0]?.lacking).toContain("node, npm, git");
});

test("An Android SDK tells its platforms and build-tools, newest first, and what is wrong with it", () => {
  const sdk = folderWith({
    "platforms/android-23/android.jar": "",
    "platforms/android-34/android.jar": "",
    "build-tools/9.0.0/aapt": "",
    "build-tools/debian/source.properties": "Pkg.Revision=29.0.3\n",
    "build-tools/29.0.3/source.properties": "Pkg.Revision=29.0.3\n",
  });
  const read = readAndroidSdk({ ANDROID_HOME: sdk });
  expect(read.platforms.map((tool) => tool.version)).toEqual(["34", "23"]);
  expect(read.buildTools.map((tool) => tool.version)).toEqual(["29.0.3", "9.0.0"]);
  expect(read.lacking).toBe("");
  expect(readAndroidSdk({ ANDROID_SDK_ROOT: sdk }).home).toBe(sdk);
  expect(readAndroidSdk({ ANDROID_HOME: "/nope" }).lacking).toBe("ANDROID_HOME names /nope, which doesn't exist.");
  expect(readAndroidSdk({ ANDROID_HOME: folderWith({}) }).lacking).toContain("no platforms and no build-tools");
});
