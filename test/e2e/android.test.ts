import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { describeApk } from "../demo/android.mjs";
import { git, sampleRepository } from "../demo/playground.mjs";
import { androidTest } from "../support/android-kit.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, KIT, openGround } from "../support/playground.ts";

let ground: Ground;
let close: () => Promise<void>;
let app: string;

beforeAll(async () => {
  ({ ground, close } = await openGround({ kit: KIT && existsSync(KIT) ? KIT : undefined }));
  app = join(ground.folder, "hello");
  await ground.millwright(ground.folder, "apps", "add", "hello", "--git-url", sampleRepository(app));
});
afterAll(() => close());

/** Commits a change of the sample app and pushes it. */
function commit(change: () => void): void {
  change();
  git(app, "commit", "--quiet", "--all", "--message", "A change");
  git(app, "push", "--quiet", "origin", "main");
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /\.(apk|aab)$/.test(name));
}

androidTest(
  "package build in a clone follows the log live and leaves an APK with the id and version of config.xml",
  async () => {
    const ran = await ground.millwright(app, "package", "build", "android", "debug");
    expect(ran.exit, ran.text).toBe(0);
    expect(ran.text).toContain("▸ Build with Cordova");
    const [name] = filesIn(app);
    expect(describeApk(join(app, name ?? ""), KIT)).toMatchObject({
      package: "dev.millwright.hello",
      version: "1.2.3",
    });
    const build = await ground.build(1);
    expect(build.steps.map((step) => step.id)).toEqual(
      expect.arrayContaining([
        "fetch",
        "inspect",
        "preflight",
        "checkout",
        "install",
        "web-build",
        "platform",
        "compile",
        "verify",
        "collect",
      ]),
    );
    expect(build.artifacts[0]?.metadata).toMatchObject({ identifier: "dev.millwright.hello", versionName: "1.2.3" });
  },
);

androidTest(
  "kill -9 of the agent in mid-build doesn't end the build: the next agent takes it up, and the log has no seam",
  async () => {
    const following = ground.millwright(app, "package", "build", "android", "debug", "--no-download");
    await eventually("Gradle is at work", async () => (await ground.log(2)).includes(":CordovaLib:"), 120_000);
    ground.agents[0]?.kill("SIGKILL");
    const before = (await ground.log(2)).length;
    const worktrees = join(ground.folder, "agent-1/worktrees");
    await eventually("the build ends while no agent runs", () => readdirSync(worktrees).length === 0, 120_000);
    expect((await ground.log(2)).length).toBe(before);
    ground.restartAgent();
    const ran = await following;
    expect(ran.exit, ran.text).toBe(0);
    const log = await ground.log(2);
    expect(log).toContain("nothing to fetch");
    expect(await ground.build(2)).toMatchObject({ status: "success", attempt: 1, logLength: Buffer.byteLength(log) });
    for (const heading of ["▸ Install dependencies", "Built the following apk", "▸ Collect artifacts"]) {
      expect(log.split(heading)).toHaveLength(2);
      expect(ran.text.split(heading)).toHaveLength(2);
    }
  },
);

androidTest("a plugin that doesn't exist fails the build although cordova only warns", async () => {
  commit(() => {
    const file = join(app, "config.xml");
    const xml = readFileSync(file, "utf8");
    writeFileSync(
      file,
      xml.replace("</widget>", '  <plugin name="cordova-plugin-that-is-not-there" spec="1.0.0" />\n</widget>'),
    );
  });
  const ran = await ground.millwright(app, "package", "build", "android", "debug");
  expect(ran.exit, ran.text).toBe(1);
  expect((await ground.build(3)).failure).toMatchObject({
    code: "PLUGIN_NOT_FOUND",
    step: "platform",
    blame: "user",
  });
});

androidTest("a Java error of the app fails the compile step with the compiler's line", async () => {
  commit(() => {
    git(app, "checkout", "--quiet", "HEAD~1", "--", "config.xml");
    mkdirSync(join(app, "local-plugin/src"), { recursive: true });
    writeFileSync(join(app, "local-plugin/src/Broken.java"), "package broken; class Broken { int x = oops; }\n");
    writeFileSync(
      join(app, "local-plugin/plugin.xml"),
      `<plugin id="broken" version="1.0.0" xmlns="http://apache.org/cordova/ns/plugins/1.0"><name>broken</name><platform name="android"><source-file src="src/Broken.java" target-dir="src/broken"/></platform></plugin>`,
    );
    writeFileSync(
      join(app, "local-plugin/package.json"),
      '{"name":"broken","version":"1.0.0","cordova":{"id":"broken","platforms":["android"]}}',
    );
    const file = join(app, "config.xml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("</widget>", '  <plugin name="broken" spec="./local-plugin" />\n</widget>'),
    );
    git(app, "add", "--all");
  });
  const ran = await ground.millwright(app, "package", "build", "android", "debug");
  expect(ran.exit, ran.text).toBe(1);
  const { failure } = await ground.build(4);
  expect(failure).toMatchObject({ code: "JAVA_ERROR", step: "compile", blame: "user" });
  expect(`${failure?.why} ${failure?.detail}`).toMatch(/Broken\.java:1: error/);
});
