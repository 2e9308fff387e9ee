import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseOpenStep } from "plist";
import { expect, test } from "vitest";
import { archive, newProject } from "./builds.ts";
import { run, testMac } from "./mac.ts";

const mac = testMac({ xcodes: [{ version: "16.2" }, { version: "26.0", beta: true }] });
const xcode = mac.developerDir("Xcode-16.2.app");
const utf8 = { LANG: "en_US.UTF-8" };
const call = (line: string, env = {}, cwd = mac.root) => {
  const [tool = "", ...args] = line.split(" ");
  return run(mac, tool, args, { env, cwd });
};

test("xcode-select prints the active folder, and switches it for the superuser only", async () => {
  expect((await call("xcode-select -p")).stdout).toBe(`${xcode}\n`);
  expect((await call("xcode-select -p", { DEVELOPER_DIR: join(mac.applications, "Xcode-26.0.app") })).stdout).toBe(
    `${mac.developerDir("Xcode-26.0.app")}\n`,
  );
  const other = join(mac.applications, "Xcode-26.0.app");
  const refused = await call(`xcode-select -s ${other}`);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("xcode-select: error: --switch must be run as root"),
  ]);
  const bad = { code: 1, stdout: "", stderr: "xcode-select: error: invalid developer directory '/no'\n" };
  expect(await call("xcode-select -s /no", { SUDO_USER: "builder" })).toEqual(bad);
  expect((await call(`xcode-select -s ${other}`, { SUDO_USER: "builder" })).code).toBe(0);
  expect((await call("xcodebuild -version")).stdout).toMatch(/^Xcode 26\.0\n/);
  await call(`xcode-select -s ${xcode}`, { SUDO_USER: "builder" });
});

test("xcrun tells of SDKs and tools, and ends with 72 for one that it doesn't find", async () => {
  expect((await call("xcrun --sdk iphoneos --show-sdk-version")).stdout).toBe("18.2\n");
  expect((await call("xcrun --sdk iphoneos --show-sdk-path")).stdout).toMatch(/iPhoneOS18\.2\.sdk\n$/);
  expect((await call("xcrun --find xcodebuild")).stdout).toBe(`${xcode}/usr/bin/xcodebuild\n`);
  const none = 'xcrun: error: unable to find utility "brew", not a developer tool or in PATH\n';
  expect(await call("xcrun --find brew")).toEqual({ code: 72, stdout: "", stderr: none });
});

test("every simulator is of a device type with its name, as cordova-ios 6 and 7 want it", async () => {
  const list = JSON.parse((await call("xcrun simctl list --json")).stdout) as {
    devicetypes: { name: string }[];
    devices: Record<string, { name: string; isAvailable: boolean }[]>;
  };
  const types = list.devicetypes.map(({ name }) => name);
  const devices = Object.values(list.devices).flat();
  expect(devices.length).toBeGreaterThan(0);
  expect(devices.every(({ name, isAvailable }) => types.includes(name) && isAvailable)).toBe(true);
});

test("ioreg and ios-deploy know only phones that are plugged in", async () => {
  expect((await call("ioreg -p IOUSB -l")).stdout).not.toContain("iPhone");
  expect((await call("ios-deploy --version")).stdout).toBe("1.12.2\n");
  expect((await call("ios-deploy -c -t 1")).code).toBe(253);
  mac.change({ phones: ["00008030000000000000001E"] });
  const found = /-o (iPhone|iPad|iPod)@.*?"USB Serial Number" = "([^"]*)"/gs;
  expect((await call("ioreg -p IOUSB -l")).stdout).toMatch(found);
  expect((await call("ios-deploy -c -t 1")).code).toBe(0);
  mac.change({ phones: [] });
});

test("sw_vers, mdfind, sysctl and defaults answer what an agent asks", async () => {
  expect((await call("sw_vers -productVersion")).stdout).toBe("15.5\n");
  expect((await call("sw_vers")).stdout).toContain("BuildVersion:\t\t24F74\n");
  const found = await run(mac, "mdfind", ["kMDItemCFBundleIdentifier == 'com.apple.dt.Xcode'"]);
  expect(found.stdout).toBe(`${mac.applications}/Xcode-16.2.app\n${mac.applications}/Xcode-26.0.app\n`);
  expect((await call("sysctl -n sysctl.proc_translated")).stdout).toBe("0\n");
  expect((await call("sysctl -n no.such")).code).toBe(1);
  const licence = (app: string) =>
    call(`defaults read ${mac.applications}/${app}/Contents/Resources/LicenseInfo.plist licenseType`);
  expect([(await licence("Xcode-16.2.app")).stdout, (await licence("Xcode-26.0.app")).stdout]).toEqual([
    "GM\n",
    "Beta\n",
  ]);
  expect((await call("defaults read com.example.none key")).stderr).toContain("does not exist");
});

test("plutil checks, converts and extracts", async () => {
  const cwd = mkdtempSync(join(mac.root, "plutil-"));
  writeFileSync(
    join(cwd, "a.plist"),
    '<?xml version="1.0"?>\n<plist version="1.0"><dict><key>A</key><array><string>x</string></array></dict></plist>\n',
  );
  writeFileSync(join(cwd, "bad.plist"), '<?xml version="1.0"?>\n<plist version="1.0"><dict>');
  expect((await call("plutil -lint a.plist", {}, cwd)).stdout).toBe("a.plist: OK\n");
  expect((await call("plutil -lint bad.plist", {}, cwd)).code).toBe(1);
  expect((await call("plutil -convert json -o - a.plist", {}, cwd)).stdout).toBe('{"A":["x"]}');
  expect((await call("plutil -extract A.0 raw a.plist", {}, cwd)).stdout).toBe("x\n");
  const missing = await call("plutil -extract B raw a.plist", {}, cwd);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("Could not extract value")]);
  expect((await call("plutil -convert xml1 -o - a.plist", {}, cwd)).stdout).toContain("<key>A</key>");
  await call("plutil -convert binary1 a.plist", {}, cwd);
  expect(readFileSync(join(cwd, "a.plist")).subarray(0, 6).toString()).toBe("bplist");
  await call("plutil -replace A -string y a.plist", {}, cwd);
  expect((await call("plutil -extract A raw a.plist", {}, cwd)).stdout).toBe("y\n");
});

test("PlistBuddy prints, adds, sets and deletes", async () => {
  const cwd = mkdtempSync(join(mac.root, "buddy-"));
  const buddy = (...commands: string[]) =>
    run(mac, "PlistBuddy", [...commands.flatMap((each) => ["-c", each]), "a.plist"], { cwd });
  await buddy("Add :Name string Hello", "Add :List array", "Add :List:0 string one", "Add :Flag bool true");
  expect((await buddy("Print :Name")).stdout).toBe("Hello\n");
  await buddy("Set :Name Hello Again");
  expect((await buddy("Print :Name", "Print :List:0")).stdout).toBe("Hello Again\none\n");
  await buddy("Delete :Name");
  expect(await buddy("Print :Name")).toEqual({
    code: 1,
    stdout: "",
    stderr: 'Print: Entry, ":Name", Does Not Exist\n',
  });
});

const PODFILE =
  "platform :ios, '13.0'\ntarget 'App' do\n\tproject 'App.xcodeproj'\n\tpod 'ExamplePod', '~> 2.1'\nend\n";

test("pod install writes what cordova-ios reads, and the workspace builds with it", async () => {
  const cwd = newProject(mac, {
    xcconfig: '#include "Pods/Target Support Files/Pods-App/Pods-App.release.xcconfig"\n',
  });
  writeFileSync(join(cwd, "Podfile"), PODFILE);
  const { code, stdout } = await call("pod install --verbose", utf8, cwd);
  expect([code, stdout]).toEqual([0, expect.stringContaining("Installing ExamplePod (2.1)")]);
  const text = readFileSync(join(cwd, "Pods/Pods.xcodeproj/project.pbxproj"), "utf8");
  expect(parseOpenStep(text)).toHaveProperty("objects");
  expect(readFileSync(join(cwd, "App.xcworkspace/contents.xcworkspacedata"), "utf8")).toContain(
    "group:Pods/Pods.xcodeproj",
  );
  expect((await archive(mac, cwd, ["CODE_SIGNING_ALLOWED=NO"])).code).toBe(0);
});

test.each([
  ["no-spec", 31, "[!] Unable to find a specification for `ExamplePod`"],
  ["versions", 31, '[!] CocoaPods could not find compatible versions for pod "ExamplePod"'],
  ["deployment-target", 1, "they required a higher minimum deployment target."],
  ["network", 1, "[!] CDN: trunk URL couldn't be downloaded"],
])("pod install fails by %s", async (failure, code, text) => {
  const cwd = newProject(mac);
  writeFileSync(join(cwd, "Podfile"), PODFILE);
  mac.change({ pod: { version: "1.16.2", failure } });
  const failed = await call("pod install", utf8, cwd);
  mac.change({ pod: { version: "1.16.2", failure: "" } });
  expect([failed.code, failed.stderr]).toEqual([code, expect.stringContaining(text)]);
});

test("pod needs a Podfile and a UTF-8 locale", async () => {
  expect((await call("pod --version")).stdout).toBe("1.16.2\n");
  const cwd = newProject(mac);
  expect((await call("pod install", utf8, cwd)).stderr).toBe("[!] No `Podfile' found in the project directory.\n");
  writeFileSync(join(cwd, "Podfile"), PODFILE);
  const { code, stderr } = await call("pod install", { LANG: "C" }, cwd);
  expect([code, stderr]).toEqual([1, expect.stringContaining("Unicode Normalization not appropriate for ASCII-8BIT")]);
});
