import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PlistValue } from "plist";
import { beforeAll, expect, test } from "vitest";
import { makeIdentity } from "../../../fakes/apple/certificates/identity.ts";
import { readDictionary } from "../../../fakes/apple/plists/plist-file.ts";
import { installProfile, prepareKeychain } from "../../../fakes/apple/ready-to-sign.ts";
import { readSignature } from "../../../fakes/apple/signing/code-signature.ts";
import { archive, exportArchive, newProject } from "./builds.ts";
import { run, testMac } from "./mac.ts";
import { manually } from "./sample-project.ts";

const mac = testMac({ xcodes: [{ version: "15.2" }, { version: "16.2" }] });
const distribution = prepareKeychain(mac);
const development = prepareKeychain(mac, { kind: "Apple Development", owner: "Example Developer" });
const certificates = [distribution.identity.facts];
installProfile(mac, { name: "ad hoc", certificates });
installProfile(mac, { name: "store", type: "app-store", certificates });
installProfile(mac, { name: "dev", type: "development", certificates: [development.identity.facts] });
installProfile(mac, { name: "others", certificates: [makeIdentity(mac.root).facts] });
installProfile(mac, { name: "cloud", certificates, entitlements: { "com.apple.developer.icloud-services": "*" } });
installProfile(mac, { name: "share", bundleId: "com.example.hello.share", certificates });

let archived = "";
beforeAll(async () => {
  archived = newProject(mac, { settings: manually("ad hoc") });
  await archive(mac, archived);
});

function copy(): string {
  const folder = mkdtempSync(join(mac.root, "export-"));
  cpSync(join(archived, "App.xcarchive"), join(folder, "App.xcarchive"), { recursive: true });
  return folder;
}

const options = (profile: string, more: Record<string, PlistValue> = {}) => ({
  method: "ad-hoc",
  teamID: "ABCDE12345",
  provisioningProfiles: { "com.example.hello": profile },
  signingStyle: "manual",
  signingCertificate: "Apple Distribution",
  ...more,
});

test("an export writes the .ipa, signed with the profile of the export options, and its reports", async () => {
  const folder = copy();
  const { code, stdout } = await exportArchive(mac, folder, options("store", { method: "app-store" }));
  expect([code, stdout]).toEqual([0, `Exported Hello App to: ${folder}/out\n** EXPORT SUCCEEDED **\n\n`]);
  const names = ["DistributionSummary.plist", "ExportOptions.plist", "Hello App.ipa", "Packaging.log"];
  expect(readdirSync(join(folder, "out"))).toEqual(names);
  execFileSync("unzip", ["-q", "out/Hello App.ipa"], { cwd: folder });
  const signature = readSignature(join(folder, "Payload/Hello App.app"));
  expect(signature?.entitlements["beta-reports-active"]).toBe(true);
  expect(signature?.chain[0]?.sha1).toBe(distribution.identity.facts.sha1);
  const verified = await run(mac, "codesign", ["--verify", "Payload/Hello App.app"], { cwd: folder });
  expect(verified.code).toBe(0);
});

test("flags of the build may be repeated for the export, as cordova-ios 8 does it", async () => {
  const more = ["-quiet", "COMPILER_INDEX_STORE_ENABLE=NO"];
  const quiet = await exportArchive(mac, copy(), options("ad hoc", { method: "ad-hoc" }), more);
  expect(quiet).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("exporting with the other method signs with the other certificate", async () => {
  const folder = copy();
  const wish = options("dev", { method: "development", signingCertificate: "Apple Development" });
  expect((await exportArchive(mac, folder, wish)).code).toBe(0);
  const summary = readDictionary(join(folder, "out/DistributionSummary.plist"));
  expect(JSON.stringify(summary)).toContain(development.identity.facts.sha1);
});

interface Row {
  options: Record<string, PlistValue>;
  error: string;
  domain: string;
}

const LACKS = `Provisioning profile "others" doesn't include signing certificate "${distribution.identity.facts.commonName}".`;
const METHODS = "{app-store, ad-hoc, enterprise, development, validation}";

const ROWS: Record<string, Row> = {
  "an unknown method": {
    options: options("ad hoc", { method: "release-testing" }),
    error: `exportOptionsPlist error for key "method": expected one of ${METHODS}, but found release-testing`,
    domain: "IDEFoundationErrorDomain Code=1",
  },
  "a bundle id without profile": {
    options: options("ad hoc", { provisioningProfiles: { "com.example.other": "ad hoc" } }),
    error: '"Hello App.app" requires a provisioning profile.',
    domain: "IDEProvisioningErrorDomain Code=9",
  },
  "a profile of another type": {
    options: options("store"),
    error: 'Provisioning profile "store" is not an "iOS Ad Hoc" profile.',
    domain: "IDEProfileQualificationErrorDomain Code=3",
  },
  "a profile for ad hoc with the method app-store": {
    options: options("ad hoc", { method: "app-store" }),
    error: 'Provisioning profile "ad hoc" is not an "iOS App Store" profile.',
    domain: "IDEProfileQualificationErrorDomain Code=3",
  },
  "a certificate that isn't there": {
    options: options("ad hoc", { signingCertificate: "Apple Distribution: Nobody" }),
    error: 'No signing certificate "iOS Distribution" found',
    domain: "IDECodesignResolverErrorDomain Code=1",
  },
  "a certificate that isn't in the profile": {
    options: options("others"),
    error: LACKS,
    domain: "IDEProfileQualificationErrorDomain Code=5",
  },
  "automatic signing without any profile": {
    options: { method: "enterprise", teamID: "ABCDE12345", signingStyle: "automatic" },
    error: "No profiles for 'com.example.hello' were found",
    domain: "IDEProfileLocatorErrorDomain Code=1",
  },
  "automatic signing for distribution with a certificate for development": {
    options: {
      method: "app-store",
      teamID: "ABCDE12345",
      signingCertificate: "Apple Development",
      signingStyle: "automatic",
    },
    error:
      "Hello App has conflicting provisioning settings. Hello App is automatically signed for distribution, but a conflicting code signing identity Apple Development has been manually specified.",
    domain: "IDEProvisioningErrorDomain Code=1",
  },
};

test.each(Object.entries(ROWS))("an export refuses %s", async (_what, { options: wish, error, domain }) => {
  const { code, stderr } = await exportArchive(mac, copy(), wish);
  expect(code).toBe(70);
  expect(stderr).toContain(`error: exportArchive: ${error}\n\nError Domain=${domain} "${error}" UserInfo={`);
  expect(stderr).toMatch(/}\n\n\*\* EXPORT FAILED \*\*\n\n$/);
});

test("an export without archive ends with 65", async () => {
  const refused = await exportArchive(mac, mkdtempSync(join(mac.root, "empty-")), options("ad hoc"));
  expect(refused).toEqual({ code: 65, stdout: "", stderr: "error: archive not found at path 'App.xcarchive'\n" });
});

test("from Xcode 15.3 on the old names of methods are deprecated and the new ones are taken", async () => {
  const folder = copy();
  const env = { DEVELOPER_DIR: mac.developerDir("Xcode-16.2.app") };
  const exported = async (method: string) => {
    await exportArchive(mac, folder, options("ad hoc", { method }));
    const paths = ["-archivePath", "App.xcarchive", "-exportOptionsPlist", "exportOptions.plist", "-exportPath", "out"];
    return run(mac, "xcodebuild", ["-exportArchive", ...paths], { cwd: folder, env });
  };
  const old = await exported("ad-hoc");
  expect(old.code).toBe(0);
  expect(old.stderr).toMatch(
    /^xcodebuild\[\d+:\d+\] \[MT\] IDEDistribution: Command line name "ad-hoc" is deprecated\. Use "release-testing" instead\.\n$/,
  );
  expect(await exported("release-testing")).toMatchObject({ code: 0, stderr: "" });
  const methods = "{app-store-connect, release-testing, enterprise, debugging, validation}";
  expect(await exported("store")).toMatchObject({
    code: 70,
    stderr: expect.stringContaining(`key "method": expected one of ${methods}, but found store\n`),
  });
});

test("an app with an extension needs a profile for each", async () => {
  const folder = newProject(mac, { settings: manually("ad hoc"), extension: true });
  await archive(mac, folder);
  const { stderr } = await exportArchive(mac, folder, options("ad hoc"));
  expect(stderr).toContain('error: exportArchive: "Share.appex" requires a provisioning profile.');
  const both = { "com.example.hello": "ad hoc", "com.example.hello.share": "share" };
  expect((await exportArchive(mac, folder, options("", { provisioningProfiles: both }))).code).toBe(0);
});

test("an app with iCloud must be told which environment to use", async () => {
  const entitlements = "<key>com.apple.developer.icloud-services</key><array><string>CloudKit</string></array>";
  const folder = newProject(mac, { settings: manually("cloud"), entitlements });
  await archive(mac, folder);
  const { stderr } = await exportArchive(mac, folder, options("cloud"));
  expect(stderr).toContain('error for key "iCloudContainerEnvironment": expected one of {Development, Production}');
  expect((await exportArchive(mac, folder, options("cloud", { iCloudContainerEnvironment: "Production" }))).code).toBe(
    0,
  );
});
