import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { CacheKind } from "../../../src/protocol/cache-use.ts";
import { sampleRepository } from "../../demo/playground.mjs";
import { kitEnvironment, NO_KIT } from "./android-kit.ts";
import { type RunningJob, runToEnd } from "./supervisor.ts";

const root = mkdtempSync(join(tmpdir(), "millwright-android-caches-"));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

beforeEach((context) => context.skip(NO_KIT !== undefined, NO_KIT));

/** The old aapt of the kit writes the colours of a PNG's palette in another order each time, which hides all else. */
const NO_CRUNCHING = `allprojects {
  afterEvaluate { if (it.hasProperty('android')) it.android.aaptOptions.cruncherEnabled = false }
}
`;

function build(gitUrl: string, keep: CacheKind[]) {
  const home = join(root, "gradle-home-of-the-host");
  mkdirSync(join(home, "init.d"), { recursive: true });
  writeFileSync(join(home, "init.d", "no-crunching.gradle"), NO_CRUNCHING);
  const entries = join(root, "caches", "entries");
  const storing = join(root, "storing");
  mkdirSync(storing, { recursive: true });
  const caches = { entries, storing, keep, keepFreeBytes: 1, maxEntryBytes: 2 ** 32 };
  const environment = { ...kitEnvironment(), GRADLE_USER_HOME: home };
  const spec = { gitUrl, commit: "main", kind: "package", platform: "android", buildType: "debug" } as const;
  return runToEnd({ root, spec, host: { caches, environment } });
}

/** SHA-256 by name of all in the APK but its signature. */
function contentsOf(job: RunningJob): Map<string, string> {
  const apk = readdirSync(job.paths.artifacts).find((name) => name.endsWith(".apk")) ?? "";
  const folder = mkdtempSync(join(root, "apk-"));
  execFileSync("unzip", ["-q", join(job.paths.artifacts, apk), "-d", folder]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const inside = paths.map((path): [string, string] => [
    path.slice(folder.length + 1),
    hash("sha256", readFileSync(path)),
  ]);
  return new Map(inside.filter(([name]) => !name.startsWith("META-INF/")).sort());
}

test("the second real Android build restores all that the first made, and its APK holds the same bytes", {
  timeout: 600_000,
}, async () => {
  const gitUrl = sampleRepository(join(root, "hello"));
  const keep: CacheKind[] = ["npm", "node-modules", "gradle", "platforms"];
  const cold = await build(gitUrl, keep);
  expect(cold.end, cold.log()).toMatchObject({ outcome: "success" });
  const second = await build(gitUrl, keep);
  expect(second.end, second.log()).toMatchObject({ outcome: "success" });
  for (const what of ["node_modules", "platforms/ and plugins/", "Gradle's home"]) {
    expect(second.log()).toContain(`Cache: ${what} restored: `);
  }
  expect(second.log()).not.toMatch(/^\$ (npm ci|cordova platform add)/m);
  const [first, again] = [contentsOf(cold), contentsOf(second)];
  expect(first.size).toBeGreaterThan(30);
  expect(Object.fromEntries(again)).toEqual(Object.fromEntries(first));

  // Without the opt-in, and against one that has no cache at all.
  const usual = await build(gitUrl, ["npm", "node-modules", "gradle"]);
  expect(Object.fromEntries(contentsOf(usual)), usual.log()).toEqual(Object.fromEntries(first));
  expect(usual.log()).toMatch(/^\$ cordova platform add/m);
});

test("another page reaches the APK also when the platform was restored", {
  timeout: 600_000,
}, async () => {
  const folder = join(root, "changing");
  const gitUrl = sampleRepository(folder);
  const keep: CacheKind[] = ["npm", "node-modules", "gradle", "platforms"];
  const first = await build(gitUrl, keep);
  expect(first.end, first.log()).toMatchObject({ outcome: "success" });
  const before = contentsOf(first);
  const page = join(folder, "src", readdirSync(join(folder, "src")).find((name) => name.endsWith(".html")) ?? "");
  writeFileSync(page, `${readFileSync(page, "utf8")}<!-- another -->\n`);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b", ...args], { cwd: folder });
  git("commit", "--quiet", "--all", "--message", "Another page");
  git("push", "--quiet", "origin", "main");
  const second = await build(gitUrl, keep);
  expect(second.log()).toContain("Cache: platforms/ and plugins/ restored");
  const after = contentsOf(second);
  const changed = [...after].filter(([name, sha256]) => before.get(name) !== sha256).map(([name]) => name);
  expect(changed).toContain("assets/www/index.html");
  expect([...before.keys()].filter((name) => !after.has(name))).toEqual([]);
});
