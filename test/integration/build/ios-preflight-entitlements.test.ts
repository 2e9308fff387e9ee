import { expect, test } from "vitest";
import { type PreflightWish, preflight, securityProfile } from "./ios-preflight-kit.ts";
import type { Files } from "./repositories.ts";

const APS = "aps-environment";
const DOMAINS = "com.apple.developer.associated-domains";

const change = (key: string, value: string, file = "*-Release.plist") =>
  `<platform name="ios"><config-file target="${file}" parent="${key}">${value}</config-file></platform>`;

/** A signed build for the store of an app with this in its config.xml. */
function build(
  inConfig: string,
  entitlements: Record<string, string | string[]> | undefined,
  more: PreflightWish = {},
) {
  return preflight({
    signed: true,
    config: (text) => text.replace("</widget>", `${inConfig}</widget>`),
    ...more,
    spec: {
      buildType: "app-store",
      securityProfile: securityProfile(entitlements ? { entitlements } : {}),
      ...more.spec,
    },
  });
}

/** A plugin that lies in the repository, as cordova would restore it. */
function localPlugin(folder: string, xml: string): Files {
  return { [`${folder}/plugin.xml`]: `<plugin id="local" version="1.0.0">${xml}</plugin>` };
}

test("An entitlement that the provisioning profile doesn't have ends the build before anything is installed", async () => {
  const ended = await build(change(APS, "<string>production</string>"), {});
  expect(ended).toMatchObject({
    code: "ENTITLEMENT_NOT_IN_PROFILE",
    step: "preflight",
    blame: "user",
    why: "config.xml asks for aps-environment production; the provisioning profile allows: nothing of it.",
    next: expect.stringContaining("give Push Notifications with that value to com.example.hello"),
  });
  expect(ended.started).toEqual(["fetch", "inspect", "preflight"]);
  const domains = change(DOMAINS, "<array><string>applinks:shop.example</string></array>");
  const part = await build(domains, { [DOMAINS]: ["applinks:other.example"] });
  expect(part).toMatchObject({ code: "ENTITLEMENT_NOT_IN_PROFILE", why: expect.stringContaining("applinks:other") });
  expect((await build(domains, { [DOMAINS]: "*" })).step).toBe("install");
});

test("Only the entitlements of the configuration that is built count, and of profiles that were looked into", async () => {
  const debug = change("com.apple.developer.siri", "<true/>", "*-Debug.plist");
  expect((await build(debug, {})).step).toBe("install");
  const development = {
    spec: {
      buildType: "development",
      securityProfile: securityProfile({ type: "development", devices: 2, entitlements: {} }),
    },
  };
  expect(await build(debug, {}, development)).toMatchObject({ code: "ENTITLEMENT_NOT_IN_PROFILE" });
  // A controller of an older release tells nothing: the files themselves are looked into before the compiler starts.
  expect((await build(change(APS, "<string>production</string>"), undefined)).step).toBe("install");
});

test("The bundle id and the team's prefix are put in as Xcode does it, with the native config's id", async () => {
  const group = "$(AppIdentifierPrefix)$(CFBundleIdentifier)";
  const keychain = change("keychain-access-groups", `<array><string>${group}</string></array>`);
  const allowed = (id: string) => ({
    "application-identifier": `OLD1234567.${id}`,
    "keychain-access-groups": [`OLD1234567.${id}`],
  });
  expect((await build(keychain, allowed("com.example.hello"))).step).toBe("install");
  expect((await build(keychain, allowed("com.example.other"))).code).toBe("ENTITLEMENT_NOT_IN_PROFILE");
  const spec = {
    nativeConfig: { name: "beta", bundleId: "com.example.other" },
    buildType: "app-store",
    securityProfile: securityProfile({ bundleId: "com.example.other", entitlements: allowed("com.example.other") }),
  };
  expect((await build(keychain, {}, { spec })).step).toBe("install");
});

test("Push notifications for the other environment, and files that cordova-ios doesn't have, only warn", async () => {
  const other = await build(change(APS, "<string>development</string>"), { [APS]: "production" });
  expect(other.steps).toContain("preflight: warning");
  expect(other.step).toBe("install");
  const lost = await build(change(APS, "<string>production</string>", "*.entitlements"), {});
  expect(lost.steps).toContain("preflight: warning");
  expect(lost.step).toBe("install");
});

test("An app that signs with a file of its own is left to Xcode", async () => {
  const buildFlag = ["CODE_SIGN_ENTITLEMENTS=own.entitlements"];
  const files = { "build.json": JSON.stringify({ ios: { release: { buildFlag } } }) };
  expect((await build(change(APS, "<string>production</string>"), {}, { files })).step).toBe("install");
});

test("Plugins that lie in the repository are looked into too, by config.xml and by package.json", async () => {
  const xml = change(APS, "<string>production</string>");
  const inConfig = '<plugin name="local" spec="./plugins-local/push" />';
  const ended = await build(inConfig, {}, { files: localPlugin("plugins-local/push", xml) });
  expect(ended).toMatchObject({
    code: "ENTITLEMENT_NOT_IN_PROFILE",
    why: expect.stringContaining("plugins-local/push/plugin.xml asks for aps-environment production"),
  });
  const packageJson = (spec: string) => ({
    "package.json": JSON.stringify({
      name: "hello",
      scripts: { preinstall: "exit 3" },
      devDependencies: { local: spec },
      cordova: { plugins: { local: {} } },
    }),
  });
  const files = { ...localPlugin("push", xml), ...packageJson("file:push") };
  expect(await build("", {}, { files })).toMatchObject({ code: "ENTITLEMENT_NOT_IN_PROFILE" });
  const inRegistry = { ...localPlugin("push", xml), ...packageJson("^1.0.0") };
  expect((await build("", {}, { files: inRegistry })).step).toBe("install");
  // A value that only the plugin's variables tell.
  const variable = localPlugin("push", change(DOMAINS, "<array><string>applinks:$HOST</string></array>"));
  const known = { [DOMAINS]: ["applinks:shop.example"] };
  expect((await build("", known, { files: { ...variable, ...packageJson("file:./push") } })).step).toBe("install");
});

test.each([
  ['<platform name="ios"><podspec><pods><pod name="A"/></pods></podspec></platform>'],
  ['<platform name="ios"><framework src="A" type="podspec" spec="~> 1.0" /></platform>'],
  ['<framework src="A" type="podspec" />'],
])("CocoaPods is needed for sure where a plugin of the repository says %s", async (xml) => {
  const wish: PreflightWish = {
    config: (text) => text.replace("</widget>", '<plugin name="local" spec="file:plugins-local/maps" /></widget>'),
    files: localPlugin("plugins-local/maps", xml),
  };
  const missing = await preflight(wish);
  expect(missing).toMatchObject({ code: "COCOAPODS_MISSING", step: "preflight", blame: "host" });
  expect(missing.why).toMatch(/^plugins-local\/maps\/plugin\.xml brings pods\. CocoaPods \(pod\) is not on the PATH/);
  expect(missing.started).not.toContain("install");
  expect(await preflight({ ...wish, pod: "echo 1.11.3" })).toMatchObject({ code: "COCOAPODS_TOO_OLD" });
  expect((await preflight({ ...wish, pod: "echo 1.16.2" })).step).toBe("install");
});

test("Pods for another platform, and frameworks of Xcode, need no CocoaPods", async () => {
  const xml =
    '<platform name="osx"><podspec /></platform><platform name="ios"><framework src="Maps.framework" /></platform>';
  const config = (text: string) => text.replace("</widget>", '<plugin name="local" spec="./maps" /></widget>');
  const ended = await preflight({ config, files: localPlugin("maps", xml) });
  expect(ended.step).toBe("install");
  expect(ended.steps).toContain("preflight: warning");
});

test("A pod is asked with the locale that CocoaPods needs, whatever the environment of the build says", async () => {
  const config = (text: string) =>
    text.replace("</widget>", '<platform name="ios"><podspec><pods /></podspec></platform></widget>');
  const pod = 'case "$LC_ALL $LANG" in *UTF-8*UTF-8) echo 1.16.2 ;; *) echo "not $LC_ALL $LANG" >&2; exit 1 ;; esac';
  const environment = { name: "posix", variables: { LANG: "C", LC_ALL: "C" } };
  expect((await preflight({ config, pod, spec: { environment } })).log).toContain("CocoaPods 1.16.2");
});
