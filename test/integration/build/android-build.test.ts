import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { privateFolders } from "../../../src/protocol/job-folder/paths.ts";
import { kitEnvironment, makeKeystore, NO_KIT } from "./android-kit.ts";
import { CONFIG_XML, type Files, makeRepository } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";

const LONG = 400_000;
/** One host for all tests here: cordova is installed once. */
const root = mkdtempSync(join(tmpdir(), "millwright-android-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach((context) => context.skip(NO_KIT !== undefined, NO_KIT));

const PACKAGE = { commit: "main", kind: "package", platform: "android" } as const;

/** A cordova app that brings neither cordova nor a platform version, and a plugin that uses the package id. */
const APP: Files = {
  "package.json": JSON.stringify({ name: "hello", version: "1.2.3" }),
  "config.xml": CONFIG_XML.replace("</widget>", '    <plugin name="the-plugin" spec="./the-plugin" />\n</widget>'),
  "www/index.html": "<h1>Hello</h1>",
  "the-plugin/package.json": JSON.stringify({ name: "the-plugin", version: "1.0.0" }),
  "the-plugin/plugin.xml": `<plugin xmlns="http://apache.org/cordova/ns/plugins/1.0"
      xmlns:android="http://schemas.android.com/apk/res/android" id="the-plugin" version="1.0.0">
    <name>The plugin</name>
    <platform name="android">
      <config-file target="AndroidManifest.xml" parent="/manifest/application">
        <meta-data android:name="owner" android:value="$PACKAGE_NAME" />
      </config-file>
    </platform>
  </plugin>`,
};

test("Debug and signed release builds go from a commit to an apk that the SDK's tools accept", {
  timeout: LONG,
}, async () => {
  const gitUrl = makeRepository(APP).folder;
  const environment = kitEnvironment();
  const debug = await runToEnd({ root, spec: { ...PACKAGE, gitUrl, buildType: "debug" }, host: { environment } });
  expect(debug.end, debug.log()).toMatchObject({ outcome: "success" });
  expect(debug.end.artifacts[0]).toMatchObject({
    name: "Hello-1.2.3-debug.apk",
    kind: "apk",
    metadata: {
      identifier: "com.example.hello",
      versionName: "1.2.3",
      debuggable: true,
      cordovaVersion: "12.0.0",
      platformVersion: "8.1.0",
    },
  });

  const { sha256, ...android } = makeKeystore();
  const release = await runToEnd({
    root,
    spec: {
      ...PACKAGE,
      gitUrl,
      buildType: "release",
      packageType: "apk",
      nativeConfig: { name: "beta", bundleId: "com.example.beta", version: "2.0.0", buildNumber: "4711" },
      securityProfile: { name: "store", type: "production" },
    },
    host: { environment },
    materials: { signing: { material: { android }, mask: [android.storePassword, android.keyPassword] } },
  });
  expect(release.end, release.log()).toMatchObject({ outcome: "success" });
  expect(release.asked).toEqual(["signing"]);
  expect(release.end.artifacts[0]?.metadata).toMatchObject({
    identifier: "com.example.beta",
    versionName: "2.0.0",
    versionCode: "4711",
    debuggable: false,
    signerSha256: sha256,
  });
  const apk = join(release.paths.artifacts, "Hello-2.0.0-release.apk");
  execFileSync("apksigner", ["verify", apk]);
  const manifest = execFileSync("aapt", ["dump", "xmltree", apk, "AndroidManifest.xml"], { encoding: "utf8" });
  expect(manifest).toContain('"com.example.beta"');
  // The plugin was installed after the native config, so it has the id of the product too.
  expect(manifest).not.toContain('com.example.hello"');
  expect(release.log()).toContain('+ <widget id="com.example.beta" version="2.0.0"');
  expect(release.log()).not.toContain(android.storePassword);
  for (const folder of Object.values(privateFolders(release.paths.folder, release.leaseId))) {
    expect(existsSync(folder), folder).toBe(false);
  }
});

test("A keystore with another password than the profile's fails before Gradle runs", { timeout: LONG }, async () => {
  const gitUrl = makeRepository(APP).folder;
  const { sha256: _, ...keystore } = makeKeystore();
  const android = { ...keystore, storePassword: "not-its-password" };
  const job = await runToEnd({
    root,
    spec: { ...PACKAGE, gitUrl, buildType: "release", securityProfile: { name: "store", type: "production" } },
    host: { environment: kitEnvironment() },
    materials: { signing: { material: { android }, mask: [android.storePassword, android.keyPassword] } },
  });
  expect(job.end.failure).toMatchObject({ code: "KEYSTORE_PASSWORD_WRONG", step: "compile", blame: "user" });
  expect(job.end.failure?.why).toContain("It opens with the password of the key");
  expect(job.log()).not.toContain("$ cordova build");
});

test("A plugin that can't be had fails the build by its name", { timeout: LONG }, async () => {
  const config = CONFIG_XML.replace("</widget>", '<plugin name="no-such-plugin" spec="./no-such-plugin" /></widget>');
  const repository = makeRepository({ ...APP, "config.xml": config });
  const job = await runToEnd({
    root,
    spec: { ...PACKAGE, gitUrl: repository.folder, buildType: "debug" },
    host: { environment: kitEnvironment() },
  });
  expect(job.end.failure, job.log()).toMatchObject({ code: "PLUGIN_NOT_INSTALLED", blame: "user" });
  expect(job.end.failure?.what).toContain("no-such-plugin");
});
