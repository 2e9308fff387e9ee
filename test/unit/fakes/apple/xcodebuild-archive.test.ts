import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDictionary } from "../../../fakes/apple/plists/plist-file.ts";
import { installProfile, prepareKeychain } from "../../../fakes/apple/ready-to-sign.ts";
import { readSignature } from "../../../fakes/apple/signing/code-signature.ts";
import { ARCHIVE, archive, newProject } from "./builds.ts";
import { run, testMac } from "./mac.ts";
import { manually } from "./sample-project.ts";

const mac = testMac();
const { identity } = prepareKeychain(mac);
const profile = installProfile(mac, { name: "app", certificates: [identity.facts] });
installProfile(mac, { name: "share", bundleId: "com.example.hello.share", certificates: [identity.facts] });

test("archive writes an app with expanded Info.plist, profile, resources and a true signature", async () => {
  const folder = newProject(mac, { settings: manually("app") });
  const { code, stdout } = await archive(mac, folder);
  expect([code, stdout]).toEqual([0, expect.stringContaining("** ARCHIVE SUCCEEDED **")]);
  const app = join(folder, ARCHIVE);
  expect(readFileSync(join(app, "Info.plist")).subarray(0, 8).toString()).toBe("bplist00");
  expect(readDictionary(join(app, "Info.plist"))).toMatchObject({
    CFBundleName: "Hello App",
    CFBundleIdentifier: "com.example.hello",
    CFBundleShortVersionString: "1.2.3",
    CFBundleVersion: "45",
    DTPlatformName: "iphoneos",
    DTXcode: "1620",
    MinimumOSVersion: "15.0",
  });
  expect(readFileSync(join(app, "embedded.mobileprovision"))).toEqual(profile.bytes);
  expect(existsSync(join(app, "www/index.html"))).toBe(true);
  expect(existsSync(join(folder, "App.xcarchive/dSYMs/Hello App.app.dSYM/Contents/Resources/DWARF/Hello App"))).toBe(
    true,
  );
  const signature = readSignature(app);
  expect(signature?.chain.map(({ sha1 }) => sha1)[0]).toBe(identity.facts.sha1);
  expect(signature?.entitlements["application-identifier"]).toBe("ABCDE12345.com.example.hello");
  expect(readDictionary(join(folder, "App.xcarchive/Info.plist"))["ApplicationProperties"]).toMatchObject({
    ApplicationPath: "Applications/Hello App.app",
    SigningIdentity: identity.facts.commonName,
    Team: "ABCDE12345",
  });
});

test("an app extension is built, signed with its own profile and put into the app", async () => {
  const folder = newProject(mac, { settings: manually("app"), extension: true });
  expect((await archive(mac, folder)).code).toBe(0);
  const appex = join(folder, ARCHIVE, "PlugIns/Share.appex");
  expect(readSignature(appex)?.entitlements["application-identifier"]).toBe("ABCDE12345.com.example.hello.share");
  const verified = await run(mac, "codesign", ["--verify", "--deep", "--strict", join(folder, ARCHIVE)]);
  expect(verified.code).toBe(0);
});

test("signing can be switched off", async () => {
  const folder = newProject(mac);
  expect((await archive(mac, folder, ["CODE_SIGNING_ALLOWED=NO"])).code).toBe(0);
  expect(readSignature(join(folder, ARCHIVE))).toBeUndefined();
});

test("settings of the command line win over the target's, those over its xcconfig, those over the project's", async () => {
  const xcconfig = "PRODUCT_NAME = Other\nMARKETING_VERSION = 9\nDEVELOPMENT_TEAM[sdk=iphoneos*] = ABCDE12345\n";
  const { DEVELOPMENT_TEAM: _, ...settings } = manually("app");
  const folder = newProject(mac, { settings, xcconfig });
  expect((await archive(mac, folder, ["CURRENT_PROJECT_VERSION=77"])).code).toBe(0);
  const info = readDictionary(join(folder, ARCHIVE, "Info.plist"));
  expect([info["CFBundleShortVersionString"], info["CFBundleVersion"]]).toEqual(["1.2.3", "77"]);
});

test("a setting takes up the one below it, and counts only for the SDK that stands behind its name", async () => {
  const lines = [
    "MARKETING_VERSION = 7",
    "CURRENT_PROJECT_VERSION = 1",
    "CURRENT_PROJECT_VERSION = $(inherited).2",
    "PRODUCT_BUNDLE_IDENTIFIER[sdk=iphonesimulator*] = com.example.simulated",
    "TARGETED_DEVICE_FAMILY[sdk=iphoneos*] = 2",
    "IPHONEOS_DEPLOYMENT_TARGET = 17.0",
  ];
  const below = { MARKETING_VERSION: "$(inherited).1", CURRENT_PROJECT_VERSION: "$(inherited).3" };
  const settings = manually("app", below);
  const folder = newProject(mac, { settings, xcconfig: lines.join("\n") });
  expect((await archive(mac, folder)).code).toBe(0);
  expect(readDictionary(join(folder, ARCHIVE, "Info.plist"))).toMatchObject({
    CFBundleIdentifier: "com.example.hello",
    CFBundleShortVersionString: "7.1",
    CFBundleVersion: "1.2.3",
    UIDeviceFamily: [2],
    // The project's own says 15.0: the xcconfig of the target goes before it.
    MinimumOSVersion: "17.0",
  });
});

test("build for the simulator puts an unsigned app where the settings say", async () => {
  const folder = newProject(mac);
  const what = [
    "-workspace",
    "App.xcworkspace",
    "-scheme",
    "App",
    "-configuration",
    "Debug",
    "-sdk",
    "iphonesimulator",
  ];
  const made = await run(mac, "xcodebuild", [...what, "build", `SYMROOT=${folder}/build`], { cwd: folder });
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining("** BUILD SUCCEEDED **")]);
  const app = join(folder, "build/Debug-iphonesimulator/Hello App.app");
  expect(readDictionary(join(app, "Info.plist"))["DTPlatformName"]).toBe("iphonesimulator");
  expect(readSignature(app)).toBeUndefined();
});

test("a source that doesn't compile fails the archive with exit code 65", async () => {
  const folder = newProject(mac, { settings: manually("app"), source: "int x;\n#error Nothing works\n" });
  const { code, stderr } = await archive(mac, folder);
  expect(code).toBe(65);
  expect(stderr).toContain(`${folder}/App/main.m:2:2: error: Nothing works\n\n** ARCHIVE FAILED **\n`);
  expect(stderr).toMatch(/The following build commands failed:\n\tCompileC .*\n\(1 failure\)/);
});

test("a script phase runs, and fails the archive when it fails", async () => {
  const settings = manually("app");
  const good = newProject(mac, { settings, script: 'echo "$CONFIGURATION of $PRODUCT_NAME" > "$SRCROOT/ran"' });
  expect((await archive(mac, good)).code).toBe(0);
  expect(readFileSync(join(good, "ran"), "utf8")).toBe("Release of Hello App\n");
  const { code, stderr } = await archive(mac, newProject(mac, { settings, script: "exit 3" }));
  expect([code, stderr]).toEqual([
    65,
    expect.stringContaining("Command PhaseScriptExecution failed with a nonzero exit code"),
  ]);
});

test("an xcconfig that includes what isn't there fails the archive", async () => {
  const folder = newProject(mac, { xcconfig: '#include "Pods/Pods.xcconfig"\n#include? "maybe.xcconfig"\n' });
  const { code, stderr } = await archive(mac, folder);
  expect([code, stderr]).toEqual([65, expect.stringContaining("could not find included file 'Pods/Pods.xcconfig'")]);
});
