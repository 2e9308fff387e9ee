import { join } from "node:path";
import { expect, test } from "vitest";
import type { SecurityProfile } from "../../../src/protocol/job-folder/spec.ts";
import type { LaidXcode } from "../../support/xcode-folders.ts";
import { type PreflightWish, preflight, securityProfile } from "./ios-preflight-kit.ts";

const xcode = (version: string, more: Partial<LaidXcode> = {}): LaidXcode => ({ version, ...more });

test("The Xcode of the build is chosen, named in the log, and given to the commands of the app", async () => {
  const xcodes = [
    xcode("26.0", { build: "17A324", sdk: "26.0" }),
    xcode("16.2"),
    xcode("16.4"),
    xcode("26.1", { beta: true }),
  ];
  const chosen = async (wish: PreflightWish) => {
    const ended = await preflight({ xcodes, ...wish });
    expect(ended.step, ended.log).toBe("install");
    return /uses .*Xcode-(\S+)\.app\/Contents\/Developer/.exec(ended.log)?.[1];
  };
  const newest = await preflight({ xcodes });
  expect(newest.log).toContain(
    "Xcodes of the host: 26.0 (17A324), 16.4 (16C5032a), 16.2 (16C5032a), 26.1 (16C5032a, beta)",
  );
  const developerDir = join(newest.applications, "Xcode-26.0.app/Contents/Developer");
  expect(newest.log).toContain(`Xcode 26.0 (17A324, SDK of iOS 26.0) at ${developerDir}: the newest that is ready`);
  expect(newest.log).toContain(`uses ${developerDir}`);
  expect(await chosen({ spec: { targetPlatform: "macOS - 2025.01 (Xcode 16.2)" } })).toBe("16.2");
  expect(await chosen({ spec: { targetPlatform: "xcode 16" } })).toBe("16.4");
  expect(await chosen({ host: { preferredXcode: "16.2" } })).toBe("16.2");
  expect(await chosen({ spec: { targetPlatform: "Xcode 26.1 beta" }, host: { preferredXcode: "16.2" } })).toBe("26.1");
  // The controller says what was meant, whatever the name says; with nothing any will do.
  const stack = "macOS - 2024.09 (Xcode 15.4)";
  const meant = await preflight({ xcodes, spec: { targetPlatform: stack, xcode: "16.x", notice: "It ends in May." } });
  expect(meant.log).toMatch(/Xcode 16\.4 .*: the target platform macOS - 2024\.09 \(Xcode 15\.4\) asks for 16\.x/);
  expect(meant.log).toContain("Notice of this target platform: It ends in May.");
  expect(await chosen({ spec: { targetPlatform: stack, xcode: "" } })).toBe("26.0");
  // A name that the agent's configuration promises is served with what is there.
  const promised = "macOS - 2024.09 (Xcode 15.4)";
  expect(await chosen({ spec: { targetPlatform: promised }, host: { targetPlatforms: [promised] } })).toBe("26.0");
});

test("An Xcode that isn't ready is passed over when another will do, with what it lacks", async () => {
  const xcodes = [xcode("26.0", { state: ["licence"] }), xcode("16.4", { state: ["first-launch"] }), xcode("16.2")];
  const ended = await preflight({ xcodes });
  expect(ended.log).toMatch(/Xcode 26\.0 at .* can't be used: its licence is not accepted/);
  expect(ended.log).toMatch(/Xcode 16\.4 at .* can't be used: its first launch was not done/);
  expect(ended.log).toMatch(/uses .*Xcode-16\.2\.app/);
});

test("A host without any Xcode, or without the one that is asked for, says what it has", async () => {
  const none = await preflight({ xcodes: [] });
  expect(none).toMatchObject({ code: "XCODE_MISSING", step: "preflight", blame: "host" });
  expect(none.why).toContain(`No Xcode was found in ${none.applications}`);
  const other = await preflight({ xcodes: [xcode("16.2")], spec: { targetPlatform: "Xcode 26.0" } });
  expect(other).toMatchObject({ code: "XCODE_VERSION_MISSING", step: "preflight", blame: "host" });
  expect(other.why).toBe("The target platform Xcode 26.0 asks for it; the host has: 16.2 (16C5032a).");
});

test.each([
  [{ state: ["licence"] }, "XCODE_LICENCE", "You have not agreed"],
  [{ state: ["first-launch"] }, "XCODE_FIRST_LAUNCH_NEEDED", "-checkFirstLaunchStatus"],
  [{ state: ["runtime"] }, "IOS_PLATFORM_NOT_INSTALLED", "download"],
  [{ sdk: "" }, "IOS_PLATFORM_NOT_INSTALLED", "download"],
  [{ state: ["broken"] }, "XCODE_UNUSABLE", "dyld: Library not loaded"],
] as [Partial<LaidXcode>, string, string][])(
  "Where the only Xcode is %j the build ends with %s",
  async (more, code, why) => {
    const ended = await preflight({ xcodes: [xcode("16.2", more)] });
    expect(ended).toMatchObject({ code, step: "preflight", blame: "host", why: expect.stringContaining(why) });
    expect(ended.detail).toContain(`Xcode 16.2 at ${ended.applications}`);
  },
);

test("An Xcode that is too old for cordova-ios is none, unless another is there", async () => {
  const old = await preflight({ xcodes: [xcode("14.3.1")], engine: "^8.0.0" });
  expect(old).toMatchObject({
    code: "XCODE_TOO_OLD",
    step: "preflight",
    what: expect.stringContaining("Xcode 15.0.0"),
  });
  expect(old.what).toContain("14.3.1");
  const asked = await preflight({
    xcodes: [xcode("10.1"), xcode("16.2")],
    engine: "7.1.1",
    spec: { targetPlatform: "Xcode 10" },
  });
  expect(asked).toMatchObject({ code: "XCODE_TOO_OLD", what: expect.stringContaining("Xcode 11.0.0") });
  const fits = await preflight({ xcodes: [xcode("14.3.1"), xcode("16.2")], host: { preferredXcode: "14.3.1" } });
  expect(fits.log).toMatch(
    /Xcode 16\.2 .*: the newest that is ready; 14\.3\.1, which the agent prefers, isn't there or is too old/,
  );
  expect((await preflight({ xcodes: [xcode("9.4.1")], engine: "6.3.0" })).step).toBe("install");
});

test("CocoaPods that is missing or too old ends a build whose config.xml names pods, and else only warns", async () => {
  const podspec = (text: string) =>
    text.replace(
      "</widget>",
      '<platform name="ios"><podspec><pods><pod name="A"/></pods></podspec></platform></widget>',
    );
  const plugin = (text: string) =>
    text.replace("</widget>", '<plugin name="cordova-plugin-device" spec="3"/></widget>');
  expect(await preflight({ config: podspec })).toMatchObject({ code: "COCOAPODS_MISSING", step: "preflight" });
  const broken = await preflight({ config: podspec, pod: "echo 'cannot load such file -- ffi' >&2; exit 1" });
  expect(broken).toMatchObject({ code: "COCOAPODS_MISSING", why: expect.stringContaining("cannot load such file") });
  const old = await preflight({ config: podspec, pod: "echo 1.11.3" });
  expect(old).toMatchObject({ code: "COCOAPODS_TOO_OLD", what: expect.stringContaining("1.16.0 or later") });
  expect((await preflight({ config: podspec, pod: "echo 1.11.3", engine: "7.1.1" })).step).toBe("install");
  expect((await preflight({ config: podspec, pod: "echo WARNING: locale; echo; echo 1.16.2" })).log).toContain(
    "CocoaPods 1.16.2",
  );
  expect((await preflight({ config: plugin })).steps).toContain("preflight: warning");
  expect((await preflight({ config: plugin, pod: "echo 1.11.3" })).steps).toContain("preflight: warning");
  expect((await preflight({})).steps).toContain("preflight: ok");
});

test("A signed build needs a security profile that is for this app and this type of build", async () => {
  const build = (profile: SecurityProfile | undefined, more: PreflightWish = {}) =>
    preflight({
      signed: true,
      ...more,
      spec: { buildType: "app-store", ...(profile ? { securityProfile: profile } : {}), ...more.spec },
    });
  expect(await build(undefined)).toMatchObject({ code: "SIGNING_MATERIAL_MISSING", step: "preflight" });
  expect(await build(securityProfile(), { signed: false })).toMatchObject({
    code: "SIGNING_MATERIAL_MISSING",
    why: "The security profile Store holds no ios signing material.",
  });
  const failure = { code: "CERTIFICATE_EXPIRED", blame: "user" as const, what: "w", why: "y", next: "n" };
  expect(await build({ ...securityProfile(), failure })).toMatchObject({ code: "CERTIFICATE_EXPIRED" });
  const other = await build(securityProfile({ bundleId: "com.example.other" }));
  expect(other).toMatchObject({ code: "PROVISIONING_BUNDLE_ID_MISMATCH", step: "preflight", blame: "user" });
  expect(other.why).toContain(
    "com.example.hello comes from config.xml; the security profile holds: Shop (com.example.other)",
  );
  const type = await build(securityProfile({ type: "ad-hoc", devices: 3 }));
  expect(type).toMatchObject({ code: "PROVISIONING_TYPE_MISMATCH", what: expect.stringContaining("ad-hoc builds") });
  const adHoc = { spec: { buildType: "ad-hoc" } };
  expect(await build(securityProfile({ type: "ad-hoc" }), adHoc)).toMatchObject({
    code: "PROVISIONING_DEVICES_MISSING",
  });
  const good = await build(securityProfile());
  expect(good.log).toContain("Signing com.example.hello for app-store with: Shop (com.example.hello)");
  expect(good.step).toBe("install");
  const unknown: SecurityProfile = { name: "Store", type: "production" };
  expect((await build(unknown)).step).toBe("install");
});

test("The id of the app is what will be built: config.xml's own for ios, a native config's before it, wildcards fit", async () => {
  const build = (bundleId: string, more: PreflightWish) =>
    preflight({
      signed: true,
      ...more,
      spec: { buildType: "app-store", securityProfile: securityProfile({ bundleId }), ...more.spec },
    });
  const own = (text: string) => text.replace("<widget ", '<widget ios-CFBundleIdentifier="com.example.phone" ');
  const nativeConfig = { name: "beta", bundleId: "com.example.beta" };
  expect((await build("com.example.phone", { config: own })).step).toBe("install");
  expect((await build("com.example.*", { config: own })).step).toBe("install");
  expect((await build("*", {})).step).toBe("install");
  expect(await build("com.example.hello.*", {})).toMatchObject({ code: "PROVISIONING_BUNDLE_ID_MISMATCH" });
  expect((await build("com.example.beta", { config: own, spec: { nativeConfig } })).step).toBe("install");
  const overridden = await build("com.example.phone", { config: own, spec: { nativeConfig } });
  expect(overridden).toMatchObject({ code: "PROVISIONING_BUNDLE_ID_MISMATCH" });
  expect(overridden.why).toContain("com.example.beta comes from the native config beta");
});

test("An id and a version that ios can't use are told before anything else", async () => {
  const id = (text: string) => text.replace("com.example.hello", "com.example.my_app");
  expect(await preflight({ config: id })).toMatchObject({ code: "APP_ID_INVALID", step: "preflight" });
  const number = (text: string) => text.replace("<widget ", '<widget ios-CFBundleVersion="7b" ');
  expect(await preflight({ config: number })).toMatchObject({
    code: "APP_VERSION_INVALID",
    what: expect.stringContaining("7b"),
  });
  expect((await preflight({ config: number, spec: { nativeConfig: { name: "n", buildNumber: "7" } } })).step).toBe(
    "install",
  );
  const version = (text: string) => text.replace("1.2.3", "one");
  expect(await preflight({ config: version })).toMatchObject({ code: "APP_VERSION_INVALID" });
  const beta = (text: string) => text.replace("1.2.3", "1.2.3-beta");
  expect((await preflight({ config: beta })).steps).toContain("preflight: ok");
  const store = { signed: true, spec: { buildType: "app-store", securityProfile: securityProfile() } };
  expect((await preflight({ config: beta, ...store })).steps).toContain("preflight: warning");
});
