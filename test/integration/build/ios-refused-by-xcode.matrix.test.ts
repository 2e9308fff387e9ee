import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { sharedRoot } from "./ios-kit.ts";
import { buildFlag, expectRefused, inConfig, type Refusal } from "./ios-refusal-kit.ts";
import type { Files } from "./repositories.ts";

const root = sharedRoot();

const GROUPS = "com.apple.security.application-groups";
const DOMAINS = "com.apple.developer.associated-domains";
const ICLOUD = "com.apple.developer.icloud-container-identifiers";

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

const CASES: Refusal[] = [
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
  { code: "APP_BUILD_JSON_BROKEN", told: /JSON/, files: { "build.json": '{ "ios": ' } },
];

test.each(CASES)("$code: the failure tells what macOS and Xcode say, and nothing stays", (wish) =>
  expectRefused(root, wish),
);
