import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONFIG_XML, type Files, MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const PACKAGE = { kind: "package", platform: "android", buildType: "debug" } as const;

/** A package build of an app that asks for this cordova-android, and whose installation fails at once. */
async function preflight(version: string, environment: Record<string, string>, files: Files = {}) {
  const engine = `<engine name="android" spec="${version}" /></widget>`;
  const { "config.xml": config = CONFIG_XML, ...others } = files;
  const repository = makeRepository({
    "package.json": JSON.stringify({ name: "hello", scripts: { preinstall: "exit 3" } }),
    "config.xml": config.replace("</widget>", engine),
    "www/index.html": "<h1>Hello</h1>",
    ...others,
  });
  const job = await runToEnd({
    spec: { ...PACKAGE, gitUrl: repository.folder, commit: "main" },
    host: { environment },
  });
  const { failure } = job.end;
  if (!failure) throw new Error(job.log());
  return { ...failure, log: job.log() };
}

/** An SDK's folders, as sdkmanager lays them out. */
function sdk(platforms: string[], buildTools: string[], licensed = false): string {
  const home = temporaryFolder();
  for (const version of platforms) mkdirSync(join(home, "platforms", `android-${version}`), { recursive: true });
  for (const version of buildTools) mkdirSync(join(home, "build-tools", version), { recursive: true });
  if (licensed) {
    mkdirSync(join(home, "licenses"));
    writeFileSync(join(home, "licenses/android-sdk-license"), "x");
  }
  return home;
}

/** A JDK that says which one it is. */
function jdk(version: string): string {
  const home = temporaryFolder();
  mkdirSync(join(home, "bin"));
  writeFileSync(join(home, "release"), `JAVA_VERSION="${version}"\n`);
  writeFileSync(join(home, "bin/javac"), `#!/bin/sh\necho javac ${version}\n`);
  chmodSync(join(home, "bin/javac"), 0o755);
  return home;
}

test("A platform that cordova-android compiles against and the SDK lacks is named, unless Gradle may fetch it", async () => {
  const JAVA_HOME = jdk("9.0.4");
  const missing = await preflight("14.0.1", { JAVA_HOME, ANDROID_HOME: sdk(["34", "33"], ["35.0.0"]) });
  expect(missing).toMatchObject({ code: "ANDROID_PLATFORM_MISSING", step: "preflight", blame: "host" });
  expect(missing.next).toContain('sdkmanager "platforms;android-35"');
  expect(missing.why).toContain("34, 33");
  // With the licence accepted Gradle fetches it.
  const licensed = await preflight("14.0.1", { JAVA_HOME, ANDROID_HOME: sdk(["34"], ["35.0.0"], true) });
  expect(licensed.log).toContain("Gradle will fetch the SDK platform android-35");
  const preference = `${CONFIG_XML.replace("</widget>", '<preference name="android-compileSdkVersion" value="34"/></widget>')}`;
  const files = { "config.xml": preference };
  const asked = await preflight("14.0.1", { JAVA_HOME, ANDROID_HOME: sdk(["35"], ["35.0.0"]) }, files);
  expect(asked).toMatchObject({ code: "ANDROID_PLATFORM_MISSING", what: expect.stringContaining("android-34") });
});

test("Build-tools of another major than cordova's scripts look for are as good as none", async () => {
  const JAVA_HOME = jdk("9.0.4");
  const other = await preflight("^13.0.0", { JAVA_HOME, ANDROID_HOME: sdk(["34"], ["35.0.0", "33.0.2"]) });
  expect(other).toMatchObject({ code: "ANDROID_BUILD_TOOLS_MISSING", blame: "host" });
  expect(other.next).toContain('sdkmanager "build-tools;34.0.0"');
});

test("A JDK that doesn't fit is told with those that would; one that fits is found by itself", async () => {
  const ANDROID_HOME = sdk(["35"], ["35.0.0"]);
  const chosen = await preflight("14.0.1", { JAVA_HOME: jdk("9.0.4"), CORDOVA_JAVA_HOME: jdk("21.0.2"), ANDROID_HOME });
  expect(chosen.step).toBe("install");
  const own = jdk("17.0.9");
  const found = await preflight("14.0.1", { CORDOVA_JAVA_HOME: jdk("9.0.4"), JAVA_HOME: own, ANDROID_HOME });
  expect(found.log).toMatch(/JDK \d+\.\S+ at .*: JDK 9 doesn't fit/);
  expect(found.step).toBe("install");
  const none = await preflight("8.1.0", { JAVA_HOME: jdk("9.0.4"), ANDROID_HOME: sdk(["28"], ["28.0.3"]) });
  expect(none).toMatchObject({ code: "JDK_UNSUITABLE", blame: "host", why: expect.stringContaining("needs JDK 8") });
});

test("An id and a version that android can't use are told apart from each other and from a broken file", async () => {
  const environment = { JAVA_HOME: jdk("17.0.2"), ANDROID_HOME: sdk(["35"], ["35.0.0"]) };
  const widget = (id: string, version: string) => ({
    "config.xml": CONFIG_XML.replace("com.example.hello", id).replace("1.2.3", version),
  });
  expect(await preflight("14.0.1", environment, widget("com.example.new", "1.0.0"))).toMatchObject({
    code: "APP_ID_INVALID",
    why: expect.stringContaining("word of Java"),
  });
  expect(await preflight("14.0.1", environment, widget("com.example.app", "0.0.0"))).toMatchObject({
    code: "APP_VERSION_INVALID",
  });
});

const SAYS = `console.log("node", process.version, process.env.OVERRIDE_NODE_VERSION ?? "");\n`;

/** A Node that is this one under another version's name: enough to see which was taken. */
function nodeFolder(...versions: string[]): string {
  const folder = temporaryFolder();
  for (const version of versions) {
    mkdirSync(join(folder, version, "bin"), { recursive: true });
    const script = `#!/bin/sh\necho "this is ${version}"\nexec ${process.execPath} "$@"\n`;
    writeFileSync(join(folder, version, "bin/node"), script, { mode: 0o755 });
  }
  return folder;
}

test("The Node of .nvmrc, of OVERRIDE_NODE_VERSION and of engines is chosen among those of the host", async () => {
  const host = { nodeFolders: [nodeFolder("v4.9.1", "v6.17.1")] };
  const build = async (files: Files, variables: Record<string, string> = {}) => {
    const repository = makeRepository({ ...webApp(SAYS + MAKES_PAGE), ...files });
    const environment = { name: "e", variables };
    const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main", environment }, host });
    return { ...job.end, log: job.log(), steps: job.steps() };
  };
  const nvmrc = await build({ ".nvmrc": "v4\n" });
  expect(nvmrc.outcome, nvmrc.log).toBe("success");
  expect(nvmrc.log).toContain("Node 4.9.1: .nvmrc asks for v4");
  expect(nvmrc.log).toContain("this is v4.9.1");
  const override = await build({ ".nvmrc": "v4\n" }, { OVERRIDE_NODE_VERSION: "6" });
  expect(override.log).toContain("this is v6.17.1");
  const missing = await build({ ".nvmrc": "3.0.0" });
  expect(missing.failure).toMatchObject({ code: "NODE_VERSION_MISSING", step: "preflight" });
  expect(missing.failure?.why).toContain("4.9.1");
  expect(missing.steps).not.toContain("install: ok");
  const engines = webApp(SAYS + MAKES_PAGE);
  const manifest = JSON.parse(engines["package.json"] ?? "") as object;
  engines["package.json"] = JSON.stringify({ ...manifest, engines: { node: "^3.0.0" } });
  const only = await build(engines);
  expect(only.log).toContain("asks for Node ^3.0.0, which the host doesn't have");
  expect(only.outcome).toBe("success");
});

test("appflow.config.json says where the app is and how it is installed and built", async () => {
  const apps = [
    {
      appId: "Hello",
      root: "apps/one",
      dependencyInstallCommand: "echo installed my way",
      webBuildCommand: "node make.mjs",
    },
  ];
  const repository = makeRepository({
    "appflow.config.json": JSON.stringify({ apps }),
    "apps/one/package.json": '{ "name": "one", "version": "1.0.0" }',
    "apps/one/make.mjs": MAKES_PAGE,
  });
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main" } });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("installed my way");
  const broken = makeRepository({ "appflow.config.json": "{", "package.json": "{}" });
  const failed = await runToEnd({ spec: { gitUrl: broken.folder, commit: "main" } });
  expect(failed.end.failure).toMatchObject({ code: "APPFLOW_CONFIG_INVALID", step: "inspect" });
});
