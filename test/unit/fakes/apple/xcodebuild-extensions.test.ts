import { join } from "node:path";
import { expect, test } from "vitest";
import { installProfile, prepareKeychain } from "../../../fakes/apple/ready-to-sign.ts";
import { readSignature } from "../../../fakes/apple/signing/code-signature.ts";
import { ARCHIVE, archive, newProject } from "./builds.ts";
import { testMac } from "./mac.ts";
import { manually } from "./sample-project.ts";

const mac = testMac();
const { identity } = prepareKeychain(mac);
const certificates = [identity.facts];
const app = installProfile(mac, { name: "app", certificates });
const share = installProfile(mac, { name: "share", bundleId: "com.example.hello.share", certificates });
const SHARE = join(ARCHIVE, "PlugIns/Share.appex");

const settings = manually("app");
const inShare = (text: string, folder: string) =>
  `${folder}/App.xcodeproj: error: ${text} (in target 'Share' from project 'App')\n`;

test.each<[string, Record<string, string>, string]>([
  [
    "without a profile of its own",
    { PROVISIONING_PROFILE_SPECIFIER: "" },
    '"Share" requires a provisioning profile. Select a provisioning profile in the Signing & Capabilities editor.',
  ],
  [
    "with the app's profile",
    { PROVISIONING_PROFILE_SPECIFIER: "app" },
    'Provisioning profile "app" has app ID "ABCDE12345.com.example.hello", which does not match the bundle ID "com.example.hello.share".',
  ],
  [
    "without a team",
    { DEVELOPMENT_TEAM: "" },
    'Signing for "Share" requires a development team. Select a development team in the Signing & Capabilities editor.',
  ],
])("archive refuses an extension %s", async (_what, extensionSettings, text) => {
  const folder = newProject(mac, { settings, extension: true, extensionSettings });
  const { code, stderr } = await archive(mac, folder);
  expect([code, stderr]).toEqual([65, expect.stringContaining(inShare(text, folder))]);
});

test("an extension whose id doesn't begin with the app's is refused when it is put into the app", async () => {
  installProfile(mac, { name: "elsewhere", bundleId: "com.example.elsewhere", certificates });
  const extensionSettings = {
    PRODUCT_BUNDLE_IDENTIFIER: "com.example.elsewhere",
    PROVISIONING_PROFILE_SPECIFIER: "elsewhere",
  };
  const { code, stderr } = await archive(mac, newProject(mac, { settings, extension: true, extensionSettings }));
  expect(code).toBe(65);
  expect(stderr).toContain(
    "error: Embedded binary's bundle identifier is not prefixed with the parent app's bundle identifier.\n\n\t\tEmbedded Binary Bundle Identifier:\tcom.example.elsewhere\n\t\tParent App Bundle Identifier:\t\tcom.example.hello\n",
  );
  expect(stderr).toMatch(/The following build commands failed:\n\tValidateEmbeddedBinary .*\n\(1 failure\)/);
});

test("an extension of another version than its app is warned of", async () => {
  const wish = { settings, extension: true, extensionSettings: { CURRENT_PROJECT_VERSION: "1" } };
  const { code, stderr } = await archive(mac, newProject(mac, wish));
  const warning = "warning: The CFBundleVersion of an app extension ('1') must match that of its containing parent app";
  expect([code, stderr]).toEqual([0, expect.stringContaining(warning)]);
});

test("a setting may be named by another: one line of the command line gives each target its profile", async () => {
  const specifier = "PROVISIONING_PROFILE_SPECIFIER=$(PROFILE_$(PRODUCT_BUNDLE_IDENTIFIER:c99extidentifier))";
  const each = [`PROFILE_com_example_hello=${app.uuid}`, `PROFILE_com_example_hello_share=${share.uuid}`];
  const unset = { PROVISIONING_PROFILE_SPECIFIER: "" };
  const folder = newProject(mac, { settings: manually(""), extension: true, extensionSettings: unset });
  expect((await archive(mac, folder, [specifier, ...each])).code).toBe(0);
  const ids = [ARCHIVE, SHARE].map(
    (bundle) => readSignature(join(folder, bundle))?.entitlements["application-identifier"],
  );
  expect(ids).toEqual(["ABCDE12345.com.example.hello", "ABCDE12345.com.example.hello.share"]);
  const { stderr } = await archive(mac, folder, [specifier, ...each.slice(0, 1)]);
  expect(stderr).toContain('"Share" requires a provisioning profile.');
});
