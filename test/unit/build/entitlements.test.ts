import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, type PlistValue } from "plist";
import { expect, onTestFinished, test } from "vitest";
import { MillwrightError } from "../../../src/base/errors/millwright-error.ts";
import { checkGeneratedEntitlements } from "../../../src/build/entitlements/generated.ts";
import { lostEntitlements, wantedEntitlements } from "../../../src/build/entitlements/wanted.ts";
import type { JobContext } from "../../../src/build/job/context.ts";
import { readWidget } from "../../../src/build/native-config/config-xml.ts";
import type { ProvisioningFacts } from "../../../src/credentials/apple/read-provisioning-profile.ts";

const inIos = (xml: string) => `<platform name="ios">${xml}</platform>`;
const inFile = (file: string, key = "aps-environment", value = "<string>production</string>") =>
  `<config-file target="${file}" parent="${key}">${value}</config-file>`;

function changes(xml: string) {
  const text = `<widget id="a.b" version="1" xmlns="http://www.w3.org/ns/widgets">${xml}</widget>`;
  return { source: "config.xml", changes: readWidget(text).plistChanges ?? [] };
}

function wanted(xml: string, configuration: "Debug" | "Release" = "Release") {
  const all = wantedEntitlements([changes(xml)], configuration);
  return Object.fromEntries(all.map(({ key, value }) => [key, value]));
}

test.each([
  ["*-Release.plist", true],
  ["*Entitlements-Release.plist", true],
  ["*/Entitlements-Release.plist", true],
  ["App/Entitlements-Release.plist", true],
  ["*-Debug.plist", false],
  ["*-Info.plist", false],
  ["*.plist", false],
  ["Entitlements-*.plist", false],
  ["Entitlements-Release.plist", false],
  ["Other/*-Release.plist", false],
  ["*.entitlements", false],
])("cordova writes %s into the entitlements of a release: %s", (file, isIt) => {
  expect(wanted(inIos(inFile(file)))).toEqual(isIt ? { "aps-environment": "production" } : {});
});

test("What config.xml asks for is read as cordova reads it: both elements, the sections of ios, lists that grow", () => {
  const domains = (...names: string[]) => `<array>${names.map((name) => `<string>${name}</string>`).join("")}</array>`;
  const edit = '<edit-config file="*-Release.plist" target="com.example.edit" mode="merge"><true/></edit-config>';
  const xml = [
    inFile("*-Release.plist", "domains", domains("a", "b")),
    inIos(inFile("*-Release.plist", "domains", `${domains("c")} <!-- of beta -->`)),
    inIos(edit),
    `<platform name="android">${inFile("*-Release.plist", "android")}</platform>`,
    inIos(inFile("*-Release.plist", "text", "<string>one</string>")),
    inIos(inFile("*-Release.plist", "text", "<string>two</string>")),
    inIos(inFile("*-Release.plist", "broken", "<nothing-of-a-plist/>")),
    inIos(inFile("*-Debug.plist", "debugging", "<true/>")),
  ].join("");
  expect(wanted(xml)).toEqual({ domains: ["a", "b", "c"], "com.example.edit": true, text: "two" });
  expect(wanted(xml, "Debug")).toEqual({ debugging: true });
  expect(lostEntitlements(changes(inIos(inFile("*.entitlements"))))).toMatchObject([{ key: "aps-environment" }]);
});

interface Generated {
  folder?: string;
  entitlements?: Record<string, PlistValue>;
  /** Settings of project.pbxproj. */
  project?: string;
  buildJson?: string;
}

const OWN = 'CODE_SIGN_ENTITLEMENTS = "$(TARGET_NAME)/Entitlements-$(CONFIGURATION).plist";';

/** The code that a generated project is refused with, or what the log then holds. */
function checked({ folder = "App", entitlements = {}, project = OWN, buildJson }: Generated): string {
  const appFolder = mkdtempSync(join(tmpdir(), "millwright-entitlements-"));
  onTestFinished(() => rmSync(appFolder, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(appFolder, file)), { recursive: true });
    writeFileSync(join(appFolder, file), text);
  };
  write(`platforms/ios/${folder}.xcodeproj/project.pbxproj`, project);
  write(`platforms/ios/${folder}/Entitlements-Release.plist`, build(entitlements));
  write(`platforms/ios/${folder}/Entitlements-Debug.plist`, build({ "com.example.debugging": true }));
  if (buildJson) write("build.json", buildJson);
  const lines: string[] = [];
  const context = { spec: {}, found: { appFolder }, log: { line: (line: string) => lines.push(line) } };
  const own = { name: "Shop", teamId: "T", entitlements: { "aps-environment": "production" } };
  try {
    const app = { appId: "com.example.app", configuration: "release" as const };
    checkGeneratedEntitlements(context as unknown as JobContext, own as unknown as ProvisioningFacts, app);
    return lines.join("\n");
  } catch (error) {
    if (error instanceof MillwrightError) return error.code;
    throw error;
  }
}

test("The entitlements of the generated project are held against the provisioning profile, whatever its folder is called", () => {
  const wrong = { "com.apple.developer.siri": true };
  expect(checked({ entitlements: wrong })).toBe("ENTITLEMENT_NOT_IN_PROFILE");
  expect(checked({ entitlements: wrong, folder: "Hello App" })).toBe("ENTITLEMENT_NOT_IN_PROFILE");
  // cordova-ios 6 names the file in an xcconfig.
  expect(checked({ entitlements: wrong, project: "" })).toBe("ENTITLEMENT_NOT_IN_PROFILE");
  expect(checked({ entitlements: { "aps-environment": "production" } })).toBe(
    "The provisioning profile Shop allows the app's entitlements: aps-environment",
  );
  expect(checked({ entitlements: { "aps-environment": "development" } })).toContain("Note: Entitlements-Release.plist");
  expect(checked({})).toBe("");
});

test("Where the app signs with another file of entitlements, judging is left to Xcode", () => {
  const entitlements = { "com.apple.developer.siri": true };
  expect(checked({ entitlements, project: "CODE_SIGN_ENTITLEMENTS = App/Hello.entitlements;" })).toBe("");
  const buildJson = '{ "ios": { "release": { "buildFlag": ["CODE_SIGN_ENTITLEMENTS=own.plist"] } } }';
  expect(checked({ entitlements, buildJson })).toBe("");
});
