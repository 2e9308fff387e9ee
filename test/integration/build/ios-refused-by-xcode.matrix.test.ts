import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { provisioningFiles } from "../../../src/protocol/apple-host/places.ts";
import { makeIdentity } from "../../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../../fakes/apple/certificates/p12.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { makeProfile, type ProfileWish } from "../../fakes/apple/profiles/make-profile.ts";
import { stateOf } from "../../support/apple-ground.ts";
import { eventually } from "../../support/eventually.ts";
import { writeProgram } from "../../support/xcode-folders.ts";
import { fakeMac, IOS_APP, iosJob, type Material, makeMaterial, sharedRoot } from "./ios-kit.ts";
import { type Files, makeRepository } from "./repositories.ts";
import { type RunningJob, startJob } from "./supervisor.ts";

const root = sharedRoot();

interface Case {
  code: string;
  /** In the failure's texts. */
  told: string | RegExp;
  blame?: "user" | "host";
  unknownIssuer?: boolean;
  /** Of the provisioning profile, beside the usual ones. */
  entitlements?: NonNullable<ProfileWish["entitlements"]>;
  /** Runs as a hook of the app before xcodebuild: JavaScript with `security(...)`, fs and path. */
  hook?: string;
  files?: Files;
  before?: (mac: FakeMac, material: Material) => void;
  /** When preflight has found nothing. */
  meanwhile?: (mac: FakeMac) => void;
  /** Refused before xcodebuild is started. */
  early?: true;
}

const PROVISIONING = "Library/Developer/Xcode/UserData/Provisioning Profiles";
const GROUPS = "com.apple.security.application-groups";
const DOMAINS = "com.apple.developer.associated-domains";
const ICLOUD = "com.apple.developer.icloud-container-identifiers";

/** config.xml with this for ios. */
function inConfig(xml: string): Files {
  return {
    "config.xml": (IOS_APP["config.xml"] ?? "").replace("</widget>", `<platform name="ios">${xml}</platform></widget>`),
  };
}

const asksFor = (key: string, value: string) =>
  `<config-file target="*-Release.plist" parent="${key}">${value}</config-file>`;

/** A hook that writes into the entitlements when they were checked already. */
const lateEntitlement = (key: string, value: string) =>
  `const file = "platforms/ios/App/Entitlements-Release.plist";
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/<dict\\/>|<dict>\\s*<\\/dict>/, "<dict><key>${key}</key>${value}</dict>"));`;

/** A plugin in the repository, of which package.json tells cordova. */
const PLUGIN: Files = {
  "package.json": JSON.stringify({
    name: "hello",
    version: "1.2.3",
    devDependencies: { "cordova-plugin-push-here": "file:push" },
    cordova: { plugins: { "cordova-plugin-push-here": {} } },
  }),
  "push/package.json": JSON.stringify({
    name: "cordova-plugin-push-here",
    version: "1.0.0",
    cordova: { id: "cordova-plugin-push-here", platforms: ["ios"] },
  }),
  "push/plugin.xml": `<plugin xmlns="http://apache.org/cordova/ns/plugins/1.0" id="cordova-plugin-push-here" version="1.0.0">
<platform name="ios">${asksFor("aps-environment", "<string>production</string>")}</platform></plugin>`,
};

/** The app's own build.json, which adds build settings. */
function buildFlag(...settings: string[]): Files {
  return { "build.json": JSON.stringify({ ios: { release: { buildFlag: settings } } }) };
}

/** What somebody else has put where Xcode looks, under the UUID of the build's own profile. */
function installInstead(mac: FakeMac, uuid: string, wish: Omit<ProfileWish, "uuid">): void {
  const other = makeProfile(mac.root, { ...wish, uuid });
  for (const file of provisioningFiles(mac.home, uuid)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, other.bytes);
  }
}

const CASES: Case[] = [
  { code: "SIGNING_CERTIFICATE_NOT_FOUND", unknownIssuer: true, told: /No signing certificate/ },
  {
    code: "SIGNING_PROFILE_EXPIRED",
    told: /expired on/,
    meanwhile: (mac) => mac.change({ clockOffsetSeconds: 366 * 86_400 }),
  },
  {
    code: "SIGNING_PROFILE_NOT_FOUND",
    told: /No profile for team 'ABCDE12345' matching/,
    hook: `for (const folder of ["${PROVISIONING}", "Library/MobileDevice/Provisioning Profiles"]) fs.rmSync(path.join(process.env.HOME, folder), { recursive: true, force: true });`,
  },
  {
    code: "SIGNING_PROFILE_OTHER_CERTIFICATE",
    told: /doesn't include signing certificate/,
    before: (mac, { profile }) => {
      const certificates = [makeIdentity(mac.root, { owner: "Somebody else" }).facts];
      installInstead(mac, profile.uuid, { certificates });
    },
  },
  {
    code: "SIGNING_PROFILE_OTHER_TYPE",
    told: /is not an "iOS Ad Hoc" profile/,
    before: (mac, { profile, identity }) =>
      installInstead(mac, profile.uuid, { type: "app-store", certificates: [identity.facts] }),
  },
  {
    code: "SIGNING_PROFILE_OTHER_APP",
    told: /com\.example\.elsewhere/,
    files: buildFlag("PRODUCT_BUNDLE_IDENTIFIER=com.example.elsewhere"),
  },
  {
    code: "ENTITLEMENT_NOT_IN_PROFILE",
    told: /Entitlements-Release\.plist of the Xcode project asks for aps-environment production/,
    files: inConfig(asksFor("aps-environment", "<string>production</string>")),
    early: true,
  },
  {
    code: "ENTITLEMENT_NOT_IN_PROFILE",
    told: /aps-environment production; the provisioning profile allows: nothing of it/,
    files: PLUGIN,
    early: true,
  },
  {
    code: "SIGNING_CAPABILITY_MISSING",
    told: /Push Notifications/,
    hook: lateEntitlement("aps-environment", "<string>production</string>"),
  },
  {
    code: "SIGNING_CAPABILITY_MISSING",
    told: /group\.com\.example\.app App Group/,
    entitlements: { [GROUPS]: ["group.com.example.other"] },
    hook: lateEntitlement(GROUPS, "<array><string>group.com.example.app</string></array>"),
  },
  {
    code: "SIGNING_ENTITLEMENT_DIFFERS",
    told: /associated-domains/,
    entitlements: { [DOMAINS]: ["applinks:other.example"] },
    hook: lateEntitlement(DOMAINS, "<array><string>applinks:shop.example</string></array>"),
  },
  {
    code: "SIGNING_KEY_UNUSABLE",
    told: /errSecInternalComponent/,
    blame: "host",
    hook: `security("lock-keychain", security("list-keychains", "-d", "user").match(/"([^"]*millwright-l[^"\\/]*)"/)[1]);`,
  },
  {
    code: "SIGNING_TEAM_MISSING",
    told: /requires a development team/,
    files: buildFlag("DEVELOPMENT_TEAM="),
  },
  {
    code: "SIGNING_PROFILE_REQUIRED",
    told: /requires a provisioning profile/,
    files: buildFlag("PROVISIONING_PROFILE_SPECIFIER="),
  },
  {
    code: "SIGNING_SETTINGS_CONFLICT",
    told: /automatically signed for development, but a conflicting code signing identity/,
    files: buildFlag("CODE_SIGN_STYLE=Automatic"),
  },
  {
    code: "SIGNING_ACCOUNT_MISSING",
    told: /No Accounts: Add a new account/,
    files: buildFlag(
      "CODE_SIGN_STYLE=Automatic",
      "CODE_SIGN_IDENTITY=Apple Development",
      "PROVISIONING_PROFILE_SPECIFIER=",
      "-allowProvisioningUpdates",
    ),
  },
  {
    code: "SIGNING_CHAIN_BROKEN",
    told: /unable to build chain to self-signed root/,
    blame: "host",
    unknownIssuer: true,
    hook: `sign("www/index.html");`,
  },
  {
    code: "SIGNING_IDENTITY_AMBIGUOUS",
    told: /ambiguous \(matches "Apple Distribution/,
    blame: "host",
    before: (mac, { ios, identity }) => {
      // The same certificate is in the login keychain too.
      const file = join(mac.root, "own.p12");
      writeFileSync(file, makeP12({ identities: [identity], password: ios.password }));
      execFileSync(join(mac.bin, "security"), ["import", file, "-k", "login.keychain", "-P", ios.password, "-A"]);
    },
    hook: `sign("www/index.html");`,
  },
  {
    code: "KEYCHAIN_ASKS",
    told: /User interaction is not allowed/,
    blame: "host",
    hook: `security("lock-keychain", "login.keychain"); security("set-keychain-settings", "login.keychain");`,
  },
  {
    code: "EXPORT_METHOD_UNKNOWN",
    told: /expected one of \{app-store, ad-hoc.*but found release-testing/,
    meanwhile: (mac) => mac.changeXcode("Xcode-16.2.app", { version: "15.2" }),
  },
  {
    code: "EXPORT_ICLOUD_ENVIRONMENT",
    told: /iCloudContainerEnvironment/,
    entitlements: { [ICLOUD]: ["iCloud.com.example.hello"] },
    files: inConfig(asksFor(ICLOUD, "<array><string>iCloud.$(CFBundleIdentifier)</string></array>")),
  },
  { code: "XCODE_SCHEME_MISSING", told: /Elsewhere/, files: buildFlag("-scheme Elsewhere") },
  {
    code: "XCODE_LICENCE",
    told: /licen[sc]e/,
    blame: "host",
    meanwhile: (mac) => mac.changeXcode("Xcode-16.2.app", { licenseAccepted: false }),
  },
  {
    code: "XCODE_NOT_SELECTED",
    told: /missing DEVELOPER_DIR path/,
    blame: "host",
    meanwhile: (mac) => rmSync(join(mac.applications, "Xcode-16.2.app"), { recursive: true }),
  },
  {
    code: "OBJECTIVE_C_ERROR",
    told: /the compiler's own words/,
    hook: `fs.appendFileSync("platforms/ios/App/AppDelegate.swift", '\\n#error the compiler\\'s own words\\n');`,
  },
  {
    code: "IOS_PLATFORM_NOT_INSTALLED",
    told: /18\.2/,
    blame: "host",
    meanwhile: (mac) => mac.changeXcode("Xcode-16.2.app", { iosPlatform: "sdk-only" }),
  },
  {
    code: "KEYCHAIN_FAILED",
    told: /MAC verification failed during PKCS12 import/,
    blame: "host",
    before: (mac) => {
      const said = "security: SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)";
      const script = `#!/bin/sh\n[ "$1" = import ] && echo "${said}" >&2 && exit 1\nexec "${mac.bin}/security" "$@"\n`;
      writeProgram(join(mac.root, "first"), "security", script);
    },
  },
  { code: "APP_BUILD_JSON_BROKEN", told: /JSON/, files: { "build.json": '{ "ios": ' } },
];

/** The app, with a hook that is a whole module. */
function filesWith({ files, hook }: Case): Files {
  if (hook === undefined) return { ...IOS_APP, ...files };
  const config = (IOS_APP["config.xml"] ?? "").replace(
    "</widget>",
    `<hook type="before_compile" src="hook.js" /></widget>`,
  );
  const module = `const fs = require("fs"), path = require("path");
const { execFileSync } = require("child_process");
const security = (...args) => execFileSync("security", args, { encoding: "utf8" });
const sign = (file) => execFileSync("codesign", ["--force", "--sign", "Apple Distribution", file], { stdio: "inherit" });
module.exports = () => { ${hook} };`;
  return { ...IOS_APP, "config.xml": config, "hook.js": module, ...files };
}

async function start(mac: FakeMac, wish: Case, { ios }: Material): Promise<RunningJob> {
  const gitUrl = makeRepository(filesWith(wish)).folder;
  const request = iosJob(mac, { root, gitUrl }, { buildType: "ad-hoc" }, ios);
  const path = `${join(mac.root, "first")}:${request.host?.environment?.["PATH"]}`;
  return startJob({ ...request, host: { ...request.host, environment: { PATH: path } } });
}

test.each(CASES)("$code: the failure tells what macOS and Xcode say, and nothing stays", async (wish) => {
  const { code, told, blame = "user", unknownIssuer = false, entitlements = {} } = wish;
  const mac = fakeMac();
  const made = makeMaterial(mac, { unknownIssuer, entitlements });
  wish.before?.(mac, made);
  const before = stateOf(mac);
  const job = await start(mac, wish, made);
  if (wish.meanwhile) {
    await eventually("preflight ends", () => job.steps().includes("preflight: ok"), 60_000);
    wish.meanwhile(mac);
  }
  const { failure } = await job.result();
  expect(failure, job.log()).toMatchObject({ code, step: "compile", blame });
  expect(`${failure?.what}\n${failure?.why}\n${failure?.detail}`).toMatch(told);
  if (wish.early) expect(mac.calls().filter(({ argv }) => argv.includes("archive"))).toEqual([]);
  // What the app's own hook removed isn't put back.
  if (code !== "SIGNING_PROFILE_NOT_FOUND") expect(stateOf(mac)).toEqual(before);
});
