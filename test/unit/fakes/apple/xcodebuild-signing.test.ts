import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeIdentity } from "../../../fakes/apple/certificates/identity.ts";
import { makeProfile } from "../../../fakes/apple/profiles/make-profile.ts";
import {
  installProfile,
  type KeychainWish,
  prepareKeychain,
  type ReadyKeychain,
} from "../../../fakes/apple/ready-to-sign.ts";
import { archive, newProject } from "./builds.ts";
import { run, testMac } from "./mac.ts";
import { manually, type SampleWish } from "./sample-project.ts";

const DAY_MS = 86_400_000;
const mac = testMac({ xcodes: [{ version: "16.2" }, { version: "15.4" }] });
const distribution = prepareKeychain(mac);
const development = prepareKeychain(mac, { kind: "Apple Development", owner: "Example Developer" });
const certificates = [distribution.identity.facts];
installProfile(mac, { name: "good", certificates });
installProfile(mac, { name: "star", bundleId: "com.example.*", certificates });
const byUuid = installProfile(mac, { name: "by uuid", certificates });
installProfile(mac, { name: "old", certificates, untilMs: Date.UTC(2023, 8, 6, 12), fromMs: Date.UTC(2022, 8, 6) });
installProfile(mac, { name: "other app", bundleId: "com.example.other", certificates });
installProfile(mac, { name: "other team", team: "ZZZZZ99999", certificates });
installProfile(mac, { name: "others", certificates: [makeIdentity(mac.root).facts] });
installProfile(mac, { name: "push", certificates, entitlements: { "aps-environment": "production" } });

const TEAM_MISSING =
  'Signing for "App" requires a development team. Select a development team in the Signing & Capabilities editor.';
const NO_SPECIFIER =
  '"App" requires a provisioning profile. Select a provisioning profile in the Signing & Capabilities editor.';
const notFound = (name: string) =>
  `No profile for team 'ABCDE12345' matching '${name}' found: Xcode couldn't find any provisioning profiles matching 'ABCDE12345/${name}'. Install the profile (by dragging and dropping it onto Xcode's dock item) or select a different one in the Signing & Capabilities tab of the target editor.`;
const noCertificate = (kind: string) =>
  `No signing certificate "iOS ${kind}" found: No "iOS ${kind}" signing certificate matching team ID "ABCDE12345" with a private key was found.`;
const notIncluded = (profile: string, name: string) =>
  `Provisioning profile "${profile}" doesn't include signing certificate "${name}".`;
const CONFLICT =
  'App has conflicting provisioning settings. App is automatically signed for development, but a conflicting code signing identity Apple Distribution has been manually specified. Set the code signing identity value to "Apple Development" in the build settings editor, or switch to manual signing in the Signing & Capabilities editor.';
const NO_PROFILES =
  "No profiles for 'com.example.hello' were found: Xcode couldn't find any iOS App Development provisioning profiles matching 'com.example.hello'.";
const PUSH = "<key>aps-environment</key><string>development</string>";

interface Row {
  wish: SampleWish;
  texts: string[];
  more?: string[];
}

const automatic = (identity: string) => ({ DEVELOPMENT_TEAM: "ABCDE12345", CODE_SIGN_IDENTITY: identity });

const ROWS: Record<string, Row> = {
  "no team": { wish: { settings: manually("good", { DEVELOPMENT_TEAM: "" }) }, texts: [TEAM_MISSING] },
  "no profile": { wish: { settings: manually("") }, texts: [NO_SPECIFIER] },
  "a profile that isn't installed": { wish: { settings: manually("none") }, texts: [notFound("none")] },
  "a profile of another team": { wish: { settings: manually("other team") }, texts: [notFound("other team")] },
  "PROVISIONING_PROFILE with a name": {
    wish: { settings: manually("", { PROVISIONING_PROFILE: "good" }) },
    texts: [notFound("good")],
  },
  "an expired profile": {
    wish: { settings: manually("old") },
    texts: ['Provisioning profile "old" expired on Sep 6, 2023.'],
  },
  "a profile of another app": {
    wish: { settings: manually("other app") },
    texts: [
      'Provisioning profile "other app" has app ID "ABCDE12345.com.example.other", which does not match the bundle ID "com.example.hello".',
      `Provisioning profile "other app" doesn't match the entitlements file's value for the application-identifier entitlement.`,
    ],
  },
  "an identity that nobody has": {
    wish: { settings: manually("good", { CODE_SIGN_IDENTITY: "Apple Distribution: Nobody" }) },
    texts: [noCertificate("Distribution")],
  },
  "a profile without this certificate": {
    wish: { settings: manually("others") },
    texts: [notIncluded("others", distribution.identity.facts.commonName)],
  },
  "the default identity with a profile for distribution": {
    wish: { settings: manually("good", { CODE_SIGN_IDENTITY: "Apple Development" }) },
    texts: [notIncluded("good", development.identity.facts.commonName)],
  },
  "an entitlement that the profile lacks": {
    wish: { settings: manually("good"), entitlements: PUSH },
    texts: [
      `Provisioning profile "good" doesn't support the Push Notifications capability.`,
      `Provisioning profile "good" doesn't include the aps-environment entitlement.`,
    ],
  },
  "automatic signing with an identity for distribution": {
    wish: { settings: automatic("Apple Distribution") },
    texts: [CONFLICT],
  },
  "automatic signing without a profile": {
    wish: { settings: automatic("Apple Development") },
    texts: [
      `${NO_PROFILES} Automatic signing is disabled and unable to generate a profile. To enable automatic signing, pass -allowProvisioningUpdates to xcodebuild.`,
    ],
  },
  "automatic signing without an account": {
    wish: { settings: automatic("Apple Development") },
    more: ["-allowProvisioningUpdates"],
    texts: ["No Accounts: Add a new account in Accounts settings.", NO_PROFILES],
  },
};

test.each(Object.entries(ROWS))("archive refuses %s", async (_what, { wish, texts, more = [] }) => {
  const folder = newProject(mac, wish);
  const { code, stderr } = await archive(mac, folder, more);
  const lines = texts.map((text) => `${folder}/App.xcodeproj: error: ${text} (in target 'App' from project 'App')\n`);
  expect(code).toBe(65);
  for (const line of lines) expect(stderr).toContain(line);
  expect(stderr).toMatch(/\n\*\* ARCHIVE FAILED \*\*\n\n$/);
});

test.each([
  ["a profile by its name", manually("good"), ""],
  ["a profile by its UUID", manually(byUuid.uuid), ""],
  ["PROVISIONING_PROFILE with a UUID", manually("", { PROVISIONING_PROFILE: byUuid.uuid }), ""],
  ["a wildcard profile", manually("star"), ""],
  ["the certificate by its SHA-1", manually("good", { CODE_SIGN_IDENTITY: distribution.identity.facts.sha1 }), ""],
  ["the certificate by its name", manually("good", { CODE_SIGN_IDENTITY: distribution.identity.facts.commonName }), ""],
  ["the older name iPhone Distribution", manually("good", { CODE_SIGN_IDENTITY: "iPhone Distribution" }), ""],
  ["an entitlement that the profile gives", manually("push"), PUSH],
])("archive takes %s", async (_what, settings, entitlements) => {
  const { code, stderr } = await archive(mac, newProject(mac, { settings, entitlements }));
  expect([code, stderr]).toEqual([0, ""]);
});

test("automatic signing takes a profile for development, and gets one from Apple with a key that Apple knows", async () => {
  const folder = newProject(mac, { settings: automatic("Apple Development") });
  mac.change({ apiKeys: [{ id: "KEY", issuer: "ISSUER" }] });
  const key = (id: string) => [
    "-authenticationKeyPath",
    "App.xcconfig",
    "-authenticationKeyID",
    id,
    "-authenticationKeyIssuerID",
    "ISSUER",
  ];
  const refused = await archive(mac, folder, ["-allowProvisioningUpdates", ...key("OTHER")]);
  expect([refused.code, refused.stderr]).toEqual([65, expect.stringContaining(NO_PROFILES)]);
  expect((await archive(mac, folder, ["-allowProvisioningUpdates", ...key("KEY")])).code).toBe(0);
  expect((await archive(mac, folder)).code).toBe(0); // it is installed now
});

type Change = (ready: ReadyKeychain) => unknown;

/** Archives with an identity of its own, named by its name, after `change` has spoilt something. */
async function archiveWith(owner: string, wish: KeychainWish, change: Change) {
  const ready = prepareKeychain(mac, { ...wish, owner, key: "ec" });
  const { facts } = ready.identity;
  const profile = installProfile(mac, { name: owner, certificates: [facts] });
  await change(ready);
  const settings = manually(profile.name, { CODE_SIGN_IDENTITY: facts.commonName });
  const ran = await archive(mac, newProject(mac, { settings }));
  mac.change({ clockOffsetSeconds: 0 });
  return ran;
}

test.each([
  ["is in no searched keychain", { searched: false }],
  ["has expired", { untilMs: Date.now() - DAY_MS, fromMs: Date.now() - 9 * DAY_MS }],
  ["isn't trusted", { unknownIssuer: true }],
  ["is of another team", { team: "ZZZZZ99999" }],
])("archive finds no identity that %s", async (what, wish) => {
  const { code, stderr } = await archiveWith(what, wish, () => undefined);
  expect([code, stderr]).toEqual([65, expect.stringContaining(noCertificate("Distribution"))]);
});

const lock: Change = ({ keychain }) => run(mac, "security", ["lock-keychain", keychain]);
const outlast: Change = async ({ keychain }) => {
  await run(mac, "security", ["set-keychain-settings", "-t", "300", keychain]);
  mac.change({ clockOffsetSeconds: 301 });
};

test.each<[string, KeychainWish, Change]>([
  ["its keychain is locked", {}, lock],
  ["its keychain's timeout is over", {}, outlast],
  ["its partition list wasn't set", { partitions: "" }, () => undefined],
  ["its partition list lacks apple", { partitions: "apple-tool:" }, () => undefined],
])("codesign may not use a key when %s", async (what, wish, change) => {
  const { code, stderr } = await archiveWith(what, wish, change);
  expect(code).toBe(65);
  expect(stderr).toMatch(/Hello App\.app: errSecInternalComponent\nCommand CodeSign failed with a nonzero exit code\n/);
  expect(stderr).toMatch(/The following build commands failed:\n\tCodeSign .*\n\(1 failure\)\n$/);
});

test("a key that was imported with -A needs no partition list", async () => {
  const { code, stderr } = await archiveWith("everyone", { partitions: "" }, async ({ keychain }) => {
    await run(mac, "security", ["delete-keychain", keychain]);
    await run(mac, "security", ["create-keychain", "-p", "pw", keychain]);
    await run(mac, "security", ["import", `${keychain}.p12`, "-k", keychain, "-P", "p12-password", "-A"]);
    const list = (await run(mac, "security", ["list-keychains", "-d", "user"])).stdout.match(/(?<=")[^"]+(?=")/g);
    await run(mac, "security", ["list-keychains", "-d", "user", "-s", keychain, ...(list ?? [])]);
  });
  expect([code, stderr]).toEqual([0, ""]);
});

test("codesign looks only into the keychain that OTHER_CODE_SIGN_FLAGS names", async () => {
  const flags = (keychain: string) => [`OTHER_CODE_SIGN_FLAGS=--keychain ${keychain}`];
  const folder = newProject(mac, { settings: manually("good") });
  expect((await archive(mac, folder, flags(distribution.keychain))).code).toBe(0);
  const { code, stderr } = await archive(mac, folder, flags(development.keychain));
  expect([code, stderr]).toEqual([
    65,
    expect.stringContaining(`${distribution.identity.facts.sha1}: no identity found`),
  ]);
});

test("profiles are looked for in the old folder only before Xcode 16, in both from then on", async () => {
  const fresh = join(mac.home, "Library/Developer/Xcode/UserData/Provisioning Profiles");
  mkdirSync(fresh, { recursive: true });
  const profile = makeProfile(mac.root, { name: "fresh", certificates });
  writeFileSync(join(fresh, `${profile.uuid}.mobileprovision`), profile.bytes);
  const folder = newProject(mac, { settings: manually("fresh") });
  const env = { DEVELOPER_DIR: mac.developerDir("Xcode-15.4.app") };
  expect((await archive(mac, folder, [], { env })).stderr).toContain(notFound("fresh"));
  expect((await archive(mac, folder)).code).toBe(0);
});
