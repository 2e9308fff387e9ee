import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exportMethod } from "../../../src/build/cordova/export-method.ts";
import { iosBuildArguments } from "../../../src/build/cordova/ios-arguments.ts";
import {
  type IosSigningChoice,
  iosBuildConfig,
  readAppBuildConfig,
  unusedProfiles,
} from "../../../src/build/cordova/ios-build-config.ts";

const IDENTITY = { commonName: "Apple Distribution: Example Ltd (ABCDE12345)", sha1: "ab".repeat(20) };
const APP = { uuid: "11111111-0000-0000-0000-000000000001", bundleId: "com.example.app" };
const WIDGET = { uuid: "11111111-0000-0000-0000-000000000002", bundleId: "com.example.app.widget" };

function choice(overrides: Partial<IosSigningChoice> = {}): IosSigningChoice {
  return {
    buildType: "ad-hoc",
    method: "release-testing",
    teamId: "ABCDE12345",
    appId: "com.example.app",
    identity: IDENTITY,
    identities: [IDENTITY],
    profiles: [APP],
    keychain: "/work/scratch/job.keychain-db",
    ...overrides,
  };
}

const NO_APP_CONFIG = { buildFlags: [] };
const signing = (version: string | undefined, overrides: Partial<IosSigningChoice> = {}) =>
  Object.values(iosBuildConfig(choice(overrides), NO_APP_CONFIG, version).ios)[0];

test("Xcode 15.3 renamed the export methods, and older ones know only the old names", () => {
  const types = ["development", "ad-hoc", "app-store", "enterprise"];
  expect(types.map((type) => exportMethod(type, "15.2"))).toEqual(types);
  expect(types.map((type) => exportMethod(type, "9.4.1"))).toEqual(types);
  const renamed = ["debugging", "release-testing", "app-store-connect", "enterprise"];
  for (const xcode of ["15.3", "15.4", "16.2", "26.0"]) {
    expect(types.map((type) => exportMethod(type, xcode))).toEqual(renamed);
  }
});

test("What is asked for is always said: device or emulator, configuration, and where the build.json is", () => {
  expect(iosBuildArguments("app-store", "13.0.0", "/scratch/build.json")).toEqual(
    "build ios --device --release --buildConfig=/scratch/build.json".split(" "),
  );
  expect(iosBuildArguments("development", "13.0.0", "/b")).toContain("--debug");
  expect(iosBuildArguments("simulator", "12.0.0", undefined)).toEqual(
    "build ios --emulator --debug --no-telemetry".split(" "),
  );
});

test("One provisioning profile is given by its UUID, to each cordova-ios", () => {
  for (const version of ["6.3.0", "7.1.1", "8.1.1", undefined]) {
    expect(signing(version)).toEqual({
      codeSignIdentity: IDENTITY.commonName,
      developmentTeam: "ABCDE12345",
      provisioningProfile: APP.uuid,
      packageType: "release-testing",
      buildFlag: ["OTHER_CODE_SIGN_FLAGS=--keychain /work/scratch/job.keychain-db"],
    });
  }
});

test("Several are a map from cordova-ios 7 on, the app's own first; 6 gets the app's own alone, and that is said", () => {
  const profiles = [APP, WIDGET];
  for (const version of ["7.1.1", "8.1.1"]) {
    const given = signing(version, { profiles })?.provisioningProfile;
    expect(Object.entries(given ?? {})).toEqual([
      [APP.bundleId, APP.uuid],
      [WIDGET.bundleId, WIDGET.uuid],
    ]);
  }
  expect(signing("6.3.0", { profiles })?.provisioningProfile).toBe(APP.uuid);
  expect(unusedProfiles(choice({ profiles }), "6.3.0")).toContain("cordova-ios 6");
  expect(unusedProfiles(choice({ profiles }), "8.1.1")).toBeUndefined();
});

test("With several, each target of the Xcode project finds the provisioning profile for its bundle id", () => {
  const profiles = [APP, { ...WIDGET, bundleId: "com.example.app.home-widget" }];
  for (const version of ["7.1.1", "8.1.1", undefined]) {
    expect(signing(version, { profiles })?.buildFlag).toEqual([
      "OTHER_CODE_SIGN_FLAGS=--keychain /work/scratch/job.keychain-db",
      "CODE_SIGN_STYLE=Manual",
      `CODE_SIGN_IDENTITY=${IDENTITY.commonName}`,
      "DEVELOPMENT_TEAM=ABCDE12345",
      "PROVISIONING_PROFILE_SPECIFIER=$(MILLWRIGHT_PROFILE_$(PRODUCT_BUNDLE_IDENTIFIER:c99extidentifier))",
      `MILLWRIGHT_PROFILE_com_example_app=${APP.uuid}`,
      `MILLWRIGHT_PROFILE_com_example_app_home_widget=${WIDGET.uuid}`,
    ]);
  }
  expect(signing("6.3.0", { profiles })?.buildFlag).toHaveLength(1);
});

test("A wildcard of the app stands for the app's id; one of an extension can't be assigned", () => {
  const wild = { uuid: "22222222-0000-0000-0000-000000000001", bundleId: "com.example.*" };
  expect(signing("8.1.1", { profiles: [wild, WIDGET] })?.provisioningProfile).toEqual({
    [APP.bundleId]: wild.uuid,
    [WIDGET.bundleId]: WIDGET.uuid,
  });
  expect(signing("8.1.1", { profiles: [APP, wild] })?.provisioningProfile).toBe(APP.uuid);
  expect(unusedProfiles(choice({ profiles: [APP, wild] }), "8.1.1")).toContain("com.example.*");
});

test("The identity goes by its SHA-1 where its name is that of two, or means something in an .xcconfig", () => {
  const sha1 = "AB".repeat(20);
  expect(signing("8.1.1", { identities: [IDENTITY, IDENTITY] })?.codeSignIdentity).toBe(sha1);
  for (const commonName of ["Apple Distribution: A // B", "Apple Distribution: $(A)", 'Apple "A"']) {
    const identity = { ...IDENTITY, commonName };
    expect(signing("8.1.1", { identity, identities: [identity] })?.codeSignIdentity).toBe(sha1);
  }
});

test("Development is a debug build, and a path with blanks is quoted as build settings want it", () => {
  const { ios } = iosBuildConfig(choice({ buildType: "development", keychain: "/a b/k" }), NO_APP_CONFIG, "8.1.1");
  expect(ios["debug"]?.buildFlag).toEqual(['OTHER_CODE_SIGN_FLAGS=--keychain "/a b/k"']);
  expect(ios["release"]).toBeUndefined();
});

test("The app's own build.json keeps its flags and the iCloud environment, and none of its signing", () => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-build-json-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(readAppBuildConfig(folder, "ad-hoc")).toEqual({ buildFlags: [] });
  const release = { codeSignIdentity: "X", buildFlag: "-quiet", iCloudContainerEnvironment: "Production" };
  writeFileSync(join(folder, "build.json"), `\uFEFF${JSON.stringify({ ios: { release } })}`);
  const app = readAppBuildConfig(folder, "ad-hoc");
  expect(app).toEqual({ buildFlags: ["-quiet"], iCloudContainerEnvironment: "Production" });
  expect(readAppBuildConfig(folder, "development")).toEqual({ buildFlags: [] });
  const merged = iosBuildConfig(choice(), app, "8.1.1").ios["release"];
  expect(merged).toMatchObject({ codeSignIdentity: IDENTITY.commonName, iCloudContainerEnvironment: "Production" });
  expect(merged?.buildFlag[0]).toBe("-quiet");
  writeFileSync(join(folder, "build.json"), "{ ios: ");
  expect(() => readAppBuildConfig(folder, "ad-hoc")).toThrow(
    expect.objectContaining({ code: "APP_BUILD_JSON_BROKEN" }),
  );
});
