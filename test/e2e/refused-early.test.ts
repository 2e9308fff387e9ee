import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { majorOf } from "../../src/build/preflight/jdk.ts";
import { findJdks } from "../../src/build/toolchain/jdks.ts";
import { androidNeeds } from "../../src/protocol/android-needs.ts";
import { sampleRepository } from "../demo/playground.mjs";
import { KeystoreMaker, STORE_PASSWORD } from "../support/keystores.ts";
import { type Ground, openGround } from "../support/playground.ts";
import { appleFiles } from "../support/signing-files.ts";
import { toolTest } from "../support/tool-test.ts";

// What can be known in the first second is refused in the first second: nothing here installs anything.
let ground: Ground;
let close: () => Promise<void>;
let make: KeystoreMaker;
let password: string;
let count = 0;
const toolchain = mkdtempSync(join(tmpdir(), "millwright-toolchain-"));
/** Codes that were seen, with the advice that came with them. */
const advice = new Map<string, string>();

beforeAll(async () => {
  writeToolchain();
  ({ ground, close } = await openGround({ kit: toolchain }));
  make = new KeystoreMaker(ground.folder);
  password = make.file("store.txt", STORE_PASSWORD);
});
afterAll(async () => {
  await close();
  rmSync(toolchain, { recursive: true, force: true });
});

/** An SDK for cordova-android 14 and a JDK 17 that are only there to be looked at. */
function writeToolchain(): void {
  const at = (path: string) => join(toolchain, path);
  for (const folder of ["27", "28", "30", "35"]
    .map((version) => `sdk/platforms/android-${version}`)
    .concat(["sdk/build-tools/30.0.3", "sdk/build-tools/35.0.0", "jdk/bin", "bin"])) {
    mkdirSync(at(folder), { recursive: true });
  }
  writeFileSync(at("jdk/release"), 'JAVA_VERSION="17.0.9"\n');
  for (const program of ["jdk/bin/javac", "bin/gradle"])
    writeFileSync(at(program), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const variables = {
    ANDROID_HOME: at("sdk"),
    JAVA_HOME: at("jdk"),
    CORDOVA_JAVA_HOME: at("jdk"),
    PATH: `${at("bin")}:\${PATH}`,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(at("environment"), lines.join(""));
}

/** Notes the one code of an answer, and that it says what to do next. */
function refused(ran: { exit: number | null; text: string }, code: string, exit: number): void {
  expect(ran.exit, ran.text).toBe(exit);
  expect(ran.text).toContain(`[${code}`);
  const next = /^\s*Next\s+(.+)$/m.exec(ran.text)?.[1] ?? "";
  expect(next.length, ran.text).toBeGreaterThan(10);
  expect(ran.text).not.toContain(STORE_PASSWORD);
  advice.set(code, next);
}

async function addProfile(
  code: string,
  keystore: string,
  options: { alias?: string; key?: string; store?: string } = {},
) {
  const { alias = "upload", key, store = password } = options;
  const secrets = ["--store-password-file", store, ...(key ? ["--key-password-file", make.file("key.txt", key)] : [])];
  const name = `profile-${code}`;
  const args = ["--type", "production", "--keystore", keystore, "--alias", alias, ...secrets];
  refused(await ground.millwright(ground.folder, "profiles", "add", name, ...args), code, 2);
  expect((await ground.millwright(ground.folder, "profiles", "list")).text).not.toContain(name);
}

toolTest(
  ["keytool", "openssl"],
  "a keystore that can't sign is refused when it is added, each for its own reason",
  async () => {
    const good = make.key("good.p12", "PKCS12", "Upload");
    const bytes = readFileSync(good);
    await addProfile("KEYSTORE_PASSWORD_WRONG", good, { store: make.file("wrong.txt", "not-it") });
    await addProfile("KEY_ALIAS_MISSING", good, { alias: "uplod" });
    await addProfile("KEY_PASSWORD_WRONG", make.key("two.jks", "JKS", "upload", ["-keypass", "another-one"]), {
      key: "a-third",
    });
    await addProfile("KEY_ENTRY_MISSING", make.certificateOnly("cert.p12", good, "upload"));
    await addProfile(
      "CERTIFICATE_EXPIRED",
      make.key("old.p12", "PKCS12", "upload", ["-startdate", "-2y", "-validity", "300"]),
    );
    await addProfile("CERTIFICATE_NOT_YET_VALID", make.key("young.p12", "PKCS12", "upload", ["-startdate", "+30d"]));
    await addProfile("KEYSTORE_EMPTY", make.file("empty.p12", ""));
    await addProfile("KEYSTORE_TRUNCATED", make.file("cut.p12", bytes.subarray(0, bytes.length - 100)));
    await addProfile(
      "KEYSTORE_FORMAT_UNKNOWN",
      make.file("key.pem", "-----BEGIN PRIVATE KEY-----\nMIG2\n-----END PRIVATE KEY-----\n"),
    );
    await addProfile("KEYSTORE_FORMAT_UNSUPPORTED", make.key("old.jceks", "JCEKS", "upload"));
    const apple = make.appleP12("apple");
    await addProfile("APPLE_P12_AS_KEYSTORE", apple, { alias: "Apple Distribution: Example" });

    const ios = ["--type", "production", "--p12", apple, "--p12-password-file"];
    const add = (name: string, ...args: string[]) => ground.millwright(ground.folder, "profiles", "add", name, ...args);
    refused(await add("ios", ...ios, make.file("wrong.txt", "not-it")), "P12_PASSWORD_WRONG", 2);
    refused(await add("ios", ...ios, password), "PROVISIONING_PROFILE_MISSING", 2);
    appleFiles(ground.folder);
    const files = ["--p12", "dist.p12", "--provisioning-profile", "shop.mobileprovision"];
    const stored = await add("ios only", "--type", "production", ...files);
    expect(stored.exit, stored.text).toBe(0);
    for (const [name, type] of [
      ["good", "production"],
      ["for tests", "development"],
    ] as const) {
      const made = await add(
        name,
        "--type",
        type,
        "--keystore",
        good,
        "--alias",
        "upload",
        "--store-password-file",
        password,
      );
      expect(made.exit, made.text).toBe(0);
    }
  },
);

/** Registers an app that asks for cordova-android 14.0.1; answers its folder and how to build it. */
async function app(change: (folder: string) => void = () => {}, version = "14.0.1") {
  count += 1;
  const name = `app-${count}`;
  const folder = join(ground.folder, name);
  const url = sampleRepository(folder, (made) => {
    edit(join(made, "package.json"), '"cordova-android": "8.1.0"', `"cordova-android": "${version}"`);
    change(made);
  });
  const added = await ground.millwright(ground.folder, "apps", "add", name, "--git-url", url);
  expect(added.exit, added.text).toBe(0);
  return (...args: string[]) => ground.millwright(folder, "package", "build", "android", ...args, "--app", name);
}

/** A cordova-android that no JDK of this machine fits: 8 wants JDK 8, and 10 wants 11 to 16. */
function neverFits(): string {
  const majors = findJdks({ PATH: process.env["PATH"] ?? "" }).map((jdk) => majorOf(jdk.version));
  const version = ["8.1.0", "10.1.2"].find((each) => {
    const { lowestJdk = 0, highestJdk = 0 } = androidNeeds(each) ?? {};
    return !majors.some((major) => major >= lowestJdk && major <= highestJdk);
  });
  if (!version) throw new Error(`this machine has a JDK for everything: ${majors.join(", ")}`);
  return version;
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
  writeFileSync(file, text.replace(from, to));
}

toolTest(["keytool"], "a build that its profile can't sign is refused when it is asked for", async () => {
  const build = await app();
  refused(await build("release"), "SIGNING_MATERIAL_MISSING", 2);
  refused(await build("release", "--security-profile", "ios only"), "SIGNING_MATERIAL_MISSING", 2);
  refused(await build("release", "--security-profile", "for tests"), "BUILD_TYPE_NOT_ALLOWED", 2);
  refused(await build("release", "--security-profile", "Good"), "NOT_FOUND", 2);
});

toolTest([], "an override that no build could use is refused when it is written", async () => {
  const set = (...args: string[]) => ground.millwright(ground.folder, "native-configs", "set", "x", ...args);
  refused(await set("--bundle-id", "not an id"), "BUNDLE_ID_INVALID", 2);
  refused(await set("--version", "next"), "VERSION_INVALID", 2);
  refused(await set("--build-number", "-1"), "VERSION_CODE_INVALID", 2);
});

toolTest(
  [],
  "what the host lacks and what the commit gets wrong ends the build before anything is installed",
  async () => {
    const fails = async (code: string, change: (folder: string) => void, args: string[] = [], version = "14.0.1") => {
      const build = await app(change, version);
      const ran = await build("debug", ...args);
      const details = await ground.build(Number(/Build (\d+)/.exec(ran.text)?.[1]));
      expect(details.failure?.code).toBe(code);
      refused(ran, code, details.failure?.blame === "host" ? 5 : 1);
      expect(["inspect", "preflight"]).toContain(details.failure?.step);
      expect(details.steps.map((step) => step.id)).not.toContain("install");
    };
    const config = (folder: string) => join(folder, "config.xml");
    await fails("ANDROID_PLATFORM_MISSING", (folder) =>
      edit(config(folder), "</widget>", '<preference name="android-targetSdkVersion" value="34" /></widget>'),
    );
    await fails(
      "ANDROID_BUILD_TOOLS_MISSING",
      (folder) =>
        edit(config(folder), "</widget>", '<preference name="android-targetSdkVersion" value="35" /></widget>'),
      [],
      "13.0.0",
    );
    await fails("JDK_UNSUITABLE", () => {}, [], neverFits());
    await fails("PACKAGE_TYPE_UNSUPPORTED", () => {}, ["--package-type", "aab"], "7.1.4");
    await fails("NODE_VERSION_MISSING", (folder) => writeFileSync(join(folder, ".nvmrc"), "v3.3.1\n"));
    await fails("NODE_VERSION_INVALID", (folder) => writeFileSync(join(folder, ".nvmrc"), "the newest\n"));
    await fails("APP_ID_INVALID", (folder) => edit(config(folder), "dev.millwright.hello", "dev.millwright.new"));
    await fails("APP_VERSION_INVALID", (folder) => edit(config(folder), '"1.2.3"', '"0.0.0"'));
    await fails("APPFLOW_CONFIG_INVALID", (folder) => writeFileSync(join(folder, "appflow.config.json"), "{"));
    const variables = ["--plugin-variable", "cordova-plugin-ionic:APP_ID=x"];
    expect((await ground.millwright(ground.folder, "native-configs", "set", "ionic", ...variables)).exit).toBe(0);
    await fails("PLUGIN_UNKNOWN", () => {}, ["--native-config", "ionic"]);
  },
);

toolTest(
  ["keytool", "openssl"],
  "each of these more than twenty faults has a code and an advice of its own",
  async () => {
    expect(advice.size).toBeGreaterThan(20);
    expect(new Set(advice.values()).size).toBeGreaterThan(15);
  },
);
