import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeIdentity } from "../../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../../fakes/apple/certificates/p12.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { makeProfile, type ProfileWish } from "../../fakes/apple/profiles/make-profile.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { refusal } from "../controller/refusal.ts";
import { fakeMac, P12_PASSWORD } from "./ios-kit.ts";
import { type PreflightWish, preflight, securityProfile } from "./ios-preflight-kit.ts";

// Each code below is found before the first slow step. What only Xcode, macOS and CocoaPods find: ios-refused-*.matrix.test.ts.
const DAY_MS = 86_400_000;
const table = new Map<string, string>();

const base64 = (bytes: Buffer) => bytes.toString("base64");

/** Notes where a code was refused; each has to be found once. */
function noted(code: string | undefined, where: string): void {
  expect(table.get(code ?? ""), `${code} is listed twice`).toBeUndefined();
  table.set(code ?? "", where);
}

/** Material of `profiles add`, good but for the change. */
function material(mac: FakeMac, { certificate = {}, profile = {} as Partial<ProfileWish>, p12 = {} } = {}) {
  const identity = makeIdentity(mac.root, certificate);
  const provisioning = makeProfile(mac.root, { type: "app-store", certificates: [identity.facts], ...profile });
  return {
    fileName: "dist.p12",
    p12Base64: base64(makeP12({ identities: [identity], password: P12_PASSWORD, ...p12 })),
    password: P12_PASSWORD,
    provisioningProfiles: [{ fileName: "shop.mobileprovision", base64: base64(provisioning.bytes) }],
  };
}

function wrongMaterial(mac: FakeMac): [string, object][] {
  const good = material(mac);
  const file = { fileName: "shop.mobileprovision" };
  const [untilMs, fromMs] = [Date.now() - DAY_MS, Date.now() - 9 * DAY_MS];
  const other = makeIdentity(mac.root);
  return [
    ["P12_PASSWORD_WRONG", { ...good, password: "not it" }],
    ["P12_UNREADABLE", { ...good, p12Base64: base64(Buffer.from("-----BEGIN CERTIFICATE-----\n")) }],
    ["P12_KEY_MISSING", material(mac, { p12: { withoutKey: true } })],
    ["CERTIFICATE_EXPIRED", material(mac, { certificate: { fromMs, untilMs } })],
    ["CERTIFICATE_NOT_YET_VALID", material(mac, { certificate: { fromMs: Date.now() + DAY_MS } })],
    ["PROVISIONING_PROFILE_MISSING", { ...good, provisioningProfiles: [] }],
    ["PROVISIONING_PROFILE_UNREADABLE", { ...good, provisioningProfiles: [{ ...file, base64: good.p12Base64 }] }],
    ["PROVISIONING_PROFILE_EXPIRED", material(mac, { profile: { fromMs, untilMs } })],
    ["PROVISIONING_CERTIFICATE_MISMATCH", material(mac, { profile: { certificates: [other.facts] } })],
    ["PROVISIONING_TEAM_MISMATCH", material(mac, { profile: { team: "ZYXWV98765" } })],
  ];
}

test("Signing material that can't sign is refused when it is added", async () => {
  const mac = fakeMac();
  const controller = await testController();
  const put = (ios: object) => refusal(controller, "PUT", "/profiles/Store", { type: "production", ios });
  expect(await put(material(mac))).toMatchObject({ status: 200 });
  for (const [code, ios] of wrongMaterial(mac)) {
    const refused = await put(ios);
    expect(refused, code).toMatchObject({ status: 400, code, blame: "user" });
    expect(JSON.stringify(refused)).not.toContain(P12_PASSWORD);
    noted(code, "profiles add");
  }
});

async function controllerWithMac(mac: FakeMac): Promise<TestController> {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  const shown = { build: "16C5032a", lacking: "", sdks: ["18.2"], beta: false, preferred: false };
  const xcode = { kind: "xcode", version: "16.2", path: "/Applications/Xcode.app", ...shown };
  const ios = { platform: "ios", supported: true, lacking: "" };
  agent.capability = { ...agent.capability, os: "darwin", toolchains: [xcode], platforms: [ios], targetPlatforms: [] };
  await agent.open("mini", "machine of mini");
  await controller.api("POST", "/apps", { name: "shop", gitUrl: "https://example.test/shop.git" });
  const config = (name: string, value: object) => controller.api("PUT", `/native-configs/${name}`, value);
  expect(await config("other", { bundleId: "com.example.other" })).toMatchObject({ status: 200 });
  expect(await config("underscore", { bundleId: "com.example.my_app" })).toMatchObject({ status: 200 });
  await controller.api("PUT", "/profiles/Store", { type: "production", ios: material(mac) });
  return controller;
}

test("A build that can't be signed or sent anywhere is refused when it is asked for", async () => {
  const controller = await controllerWithMac(fakeMac());
  const store = { kind: "package", platform: "ios", buildType: "app-store", commit: "main", securityProfile: "Store" };
  const ask = (change: object) => refusal(controller, "POST", "/apps/shop/builds", { ...store, ...change });
  expect(await ask({})).toMatchObject({ status: 201 });
  const wrong: [string, object][] = [
    ["BUILD_TYPE_UNKNOWN", { buildType: "release" }],
    ["BUILD_TYPE_NOT_ALLOWED", { buildType: "development" }],
    ["SIGNING_MATERIAL_MISSING", { securityProfile: undefined }],
    ["NOT_FOUND", { securityProfile: "Shop" }],
    ["PROVISIONING_TYPE_MISMATCH", { buildType: "ad-hoc" }],
    ["PROVISIONING_BUNDLE_ID_MISMATCH", { nativeConfig: "other" }],
    ["BUNDLE_ID_INVALID", { nativeConfig: "underscore" }],
    ["TARGET_PLATFORM_UNKNOWN", { targetPlatform: "macOS - 2026.10 (Xcode 26.0)" }],
    ["NO_AGENT_FOR_PLATFORM", { platform: "android", buildType: "debug" }],
  ];
  for (const [code, change] of wrong) {
    expect(await ask(change), code).toMatchObject({ code });
    noted(code, "the request");
  }
});

const signed = (change: Parameters<typeof securityProfile>[0], buildType: string): PreflightWish => ({
  signed: true,
  spec: { buildType, securityProfile: securityProfile(change) },
});
const inWidget = (xml: string) => ({ config: (text: string) => text.replace("</widget>", `${xml}</widget>`) });
const PODS = inWidget('<platform name="ios"><podspec><pods><pod name="A"/></pods></podspec></platform>');

const PUSH = inWidget(
  '<platform name="ios"><config-file target="*-Release.plist" parent="aps-environment"><string>production</string></config-file></platform>',
);

/** Seen in the commit itself. */
const BROKEN_COMMITS: [string, PreflightWish][] = [
  ["COMMIT_NOT_FOUND", { spec: { commit: "0123456789012345678901234567890123456789" } }],
  ["COMMITTED_PLATFORMS", { files: { "platforms/ios/cordova/version": "" } }],
  ["PACKAGE_JSON_MISSING", { without: ["package.json"] }],
  ["PACKAGE_JSON_BROKEN", { files: { "package.json": "{" } }],
  ["CONFIG_XML_MISSING", { without: ["config.xml"] }],
  ["CONFIG_XML_BROKEN", { config: (text) => text.replace("</name>", "</nam>") }],
  ["APPFLOW_CONFIG_INVALID", { files: { "appflow.config.json": "{" } }],
];

const UNFIT: [string, PreflightWish][] = [
  ["DISK_NEARLY_FULL", { host: { minFreeBytes: 2 ** 60 } }],
  ["NODE_VERSION_MISSING", { files: { ".nvmrc": "4\n" } }],
  ["NODE_VERSION_INVALID", { files: { ".nvmrc": "latest-ish\n" } }],
  ["NODE_WISH_TOO_OLD", { files: { ".nvmrc": "16\n" }, otherNodes: ["16.20.2"] }],
  ["NODE_TOO_OLD_FOR_CORDOVA", { usualNode: "18.20.4" }],
  ["XCODE_MISSING", { xcodes: [] }],
  ["XCODE_VERSION_MISSING", { xcodes: [{ version: "16.2" }], spec: { targetPlatform: "Xcode 26.0" } }],
  ["XCODE_TOO_OLD", { xcodes: [{ version: "14.3.1" }] }],
  ["XCODE_LICENCE", { xcodes: [{ version: "16.2", state: ["licence"] }] }],
  ["XCODE_FIRST_LAUNCH_NEEDED", { xcodes: [{ version: "16.2", state: ["first-launch"] }] }],
  ["XCODE_UNUSABLE", { xcodes: [{ version: "16.2", state: ["broken"] }] }],
  ["IOS_PLATFORM_NOT_INSTALLED", { xcodes: [{ version: "16.2", state: ["runtime"] }] }],
  ["COCOAPODS_MISSING", PODS],
  ["COCOAPODS_TOO_OLD", { ...PODS, pod: "echo 1.11.3" }],
  ["ENTITLEMENT_NOT_IN_PROFILE", { ...PUSH, ...signed({ entitlements: {} }, "app-store") }],
  ["PROVISIONING_DEVICES_MISSING", signed({ type: "ad-hoc" }, "ad-hoc")],
  ["APP_ID_INVALID", { config: (text) => text.replace("com.example.hello", "com.example.my_app") }],
  ["APP_VERSION_INVALID", { config: (text) => text.replace("1.2.3", "one") }],
  ["PLUGIN_UNKNOWN", { spec: { nativeConfig: { name: "beta", pluginVariables: { "cordova-plugin-x": { A: "b" } } } } }],
  ["VERSION_INVALID", { spec: { nativeConfig: { name: "beta", version: "one" } } }],
];

test.each(BROKEN_COMMITS)("%s is seen in the commit, before anything is checked out", async (code, wish) => {
  const ended = await preflight(wish);
  expect(ended).toMatchObject({ code, step: expect.stringMatching(/^(fetch|inspect)$/) });
  expect(ended.started.at(-1)).toBe(ended.step);
  noted(code, "the commit");
});

test.each(UNFIT)("%s is found in preflight, before anything is installed", async (code, wish) => {
  const ended = await preflight(wish);
  expect(ended).toMatchObject({ code, step: "preflight" });
  expect(ended.started).toEqual(["fetch", "inspect", "preflight"]);
  expect(ended.log).not.toMatch(/^\$ npm/m);
  noted(code, "preflight");
});

test("More than 45 faults are found before npm is run, each by its own code", () => {
  const rows = [...table].map(([code, where]) => `${code.padEnd(34)} ${where}`);
  console.log(`${rows.join("\n")}\n${table.size} codes`);
  expect(table.size).toBeGreaterThanOrEqual(46);
  const known = readFileSync("docs/errors.md", "utf8");
  expect([...table.keys()].filter((code) => !known.includes(code))).toEqual([]);
});
