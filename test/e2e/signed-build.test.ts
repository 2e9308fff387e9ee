import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { loadEnvironmentFile } from "../../src/base/config/environment-file.ts";
import { badgingOf, describeApk } from "../demo/android.mjs";
import { git, sampleRepository } from "../demo/playground.mjs";
import { androidTest } from "../support/android-kit.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, KIT, openGround } from "../support/playground.ts";
import { filesHolding, formsOf, watchProcesses } from "../support/searching.ts";

let ground: Ground;
let close: () => Promise<void>;
let app: string;

beforeAll(async () => {
  ({ ground, close } = await openGround({ kit: KIT && existsSync(KIT) ? KIT : undefined }));
  app = join(ground.folder, "hello");
  await ground.millwright(ground.folder, "apps", "add", "hello", "--git-url", sampleRepository(app, withPlugin));
});
afterAll(() => close());

/** A plugin whose variable ends up in the manifest, added as `cordova plugin add` would have done it. */
function withPlugin(folder: string): void {
  mkdirSync(join(folder, "flavour"));
  writeFileSync(join(folder, "flavour/package.json"), '{"name":"flavour","version":"1.0.0"}');
  writeFileSync(
    join(folder, "flavour/plugin.xml"),
    `<plugin id="flavour" version="1.0.0" xmlns="http://apache.org/cordova/ns/plugins/1.0"><name>flavour</name><preference name="FLAVOUR" default="none"/><platform name="android"><config-file target="AndroidManifest.xml" parent="/manifest"><uses-permission android:name="$PACKAGE_NAME.permission.$FLAVOUR" /></config-file></platform></plugin>`,
  );
  const file = join(folder, "config.xml");
  const plugin = `  <plugin name="flavour" spec="./flavour">\n    <variable name="FLAVOUR" value="PLAIN" />\n  </plugin>\n</widget>`;
  writeFileSync(file, readFileSync(file, "utf8").replace("</widget>", plugin));
}

/** A JKS keystore whose key has a password of its own, in files as a person would keep them. */
function makeKeystore() {
  const passwords = {
    store: `store-${randomBytes(9).toString("hex")}`,
    key: `key:=\\ ${randomBytes(9).toString("hex")}`,
  };
  const file = (name: string) => join(ground.folder, name);
  writeFileSync(file("store.txt"), passwords.store, { mode: 0o600 });
  writeFileSync(file("key.txt"), passwords.key, { mode: 0o600 });
  const secrets = ["-storepass:file", file("store.txt"), "-keypass:file", file("key.txt")];
  const owner = ["-alias", "Upload", "-dname", "CN=Millwright Demo, O=Example", "-validity", "20"];
  const key = ["-keyalg", "RSA", "-keysize", "2048", "-storetype", "JKS", "-keystore", file("upload.jks")];
  execFileSync("keytool", ["-genkeypair", ...owner, ...key, ...secrets], { stdio: "pipe" });
  const list = ["-list", "-v", "-keystore", file("upload.jks"), "-storepass:file", file("store.txt")];
  const said = execFileSync("keytool", ["-J-Duser.language=en", ...list], { encoding: "utf8", stdio: "pipe" });
  const sha256 = /SHA256: ([0-9A-F:]+)/.exec(said)?.[1]?.replaceAll(":", "").toLowerCase();
  const options = ["--keystore", file("upload.jks"), "--alias", "upload"];
  options.push("--store-password-file", file("store.txt"), "--key-password-file", file("key.txt"));
  const forget = () => {
    for (const name of ["store.txt", "key.txt"]) rmSync(file(name));
  };
  return { passwords: [passwords.store, passwords.key], options, sha256, forget };
}

function gradleHome(): string {
  return loadEnvironmentFile(join(KIT ?? "", "environment"), process.env)["GRADLE_USER_HOME"] ?? "";
}

/** Where anything of a build could be left: what the test made, the Gradle home, and the temporary folders. */
function searchedPlaces(): string[] {
  return [ground.folder, gradleHome(), tmpdir(), "/dev/shm"].filter((folder) => existsSync(folder));
}

androidTest(
  "a release build carries its profile's certificate and the native config, and its passwords are nowhere, then or after",
  async () => {
    const keystore = makeKeystore();
    const added = await ground.millwright(
      app,
      "profiles",
      "add",
      "Play Store",
      "--type",
      "production",
      ...keystore.options,
    );
    expect(added.exit, added.text).toBe(0);
    expect(added.text).toMatch(/expires/);
    expect(filesHolding(searchedPlaces(), keystore.passwords)).toHaveLength(2);
    keystore.forget();
    const overrides = ["--app-name", "Hello Store", "--bundle-id", "dev.millwright.store", "--version", "9.8.7"];
    overrides.push("--build-number", "77", "--plugin-variable", "flavour:FLAVOUR=VANILLA");
    const set = await ground.millwright(app, "native-configs", "set", "Store", ...overrides);
    expect(set.exit, set.text).toBe(0);
    const commitBefore = git(app, "rev-parse", "origin/main");

    const output = join(ground.folder, "release");
    mkdirSync(output);
    const options = ["--security-profile", "Play Store", "--native-config", "Store", "--build-file-name", "shop"];
    const canary = `canary-${randomBytes(9).toString("hex")}`;
    const watch = watchProcesses([...keystore.passwords, canary]);
    const sings = spawn(process.execPath, ["-e", "process.stdin.resume()", canary], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    const ran = await ground.millwright(app, "package", "build", "android", "release", ...options, "--output", output);
    const { looks, seen } = watch.stop();
    sings.stdin.end();
    expect(ran.exit, ran.text).toBe(0);
    expect(looks).toBeGreaterThan(50);
    // Only the process that was started to be seen.
    expect(seen).toEqual([expect.stringContaining(canary)]);

    const apk = join(output, "shop.apk");
    expect(describeApk(apk, KIT)).toMatchObject({
      package: "dev.millwright.store",
      version: "9.8.7",
      versionCode: "77",
      signer: "CN=Millwright Demo, O=Example",
      signerSha256: keystore.sha256,
    });
    const badging = badgingOf(apk, KIT);
    expect(badging).toContain("application-label:'Hello Store'");
    expect(badging).toContain("uses-permission: name='dev.millwright.store.permission.VANILLA'");
    const build = await ground.build(1);
    expect(build.artifacts[0]?.metadata).toMatchObject({
      identifier: "dev.millwright.store",
      versionName: "9.8.7",
      versionCode: "77",
      signerSha256: keystore.sha256,
      signatureSchemes: expect.arrayContaining(["v2"]),
      permissions: expect.arrayContaining(["dev.millwright.store.permission.VANILLA"]),
      architectures: [],
    });

    const log = await ground.log(1);
    for (const line of [
      "- <name>Hello</name>",
      "+ <name>Hello Store</name>",
      '+ <variable name="FLAVOUR" value="VANILLA"/>',
    ]) {
      expect(log).toContain(line);
    }
    expect(git(app, "rev-parse", "origin/main")).toBe(commitBefore);
    expect(git(app, "status", "--porcelain", "--untracked-files=no")).toBe("");

    const worktrees = join(ground.folder, "agent-1/worktrees");
    await eventually("the checkout is removed", () => readdirSync(worktrees).length === 0);
    expect(readdirSync(join(ground.folder, "agent-1/caches/entries"))).toHaveLength(1); // Gradle's home of the build
    expect(filesHolding(searchedPlaces(), keystore.passwords.flatMap(formsOf))).toEqual([]);
  },
);
