import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { archive, newProject } from "./builds.ts";
import { run, testMac } from "./mac.ts";
import { manually } from "./sample-project.ts";

const mac = testMac({
  xcodes: [
    { version: "16.2" },
    { version: "26.0", beta: true, iosPlatform: "sdk-only" },
    { version: "15.4", iosPlatform: "absent" },
    { version: "13.4", build: "13F17a", sdk: "15.5", licenseAccepted: false },
  ],
});
const bare = testMac({ commandLineToolsOnly: true });
const xcodebuild = (line: string, xcode?: string) => {
  const env = xcode === undefined ? {} : { DEVELOPER_DIR: mac.developerDir(`Xcode-${xcode}.app`) };
  return run(mac, "xcodebuild", line.split(" "), { env });
};

test("-version says two lines, of the Xcode that DEVELOPER_DIR or xcode-select chooses", async () => {
  expect(await xcodebuild("-version")).toEqual({ code: 0, stdout: "Xcode 16.2\nBuild version 16C5032a\n", stderr: "" });
  expect((await xcodebuild("-version", "26.0")).stdout).toBe("Xcode 26.0\nBuild version 17A324\n");
  const env = { DEVELOPER_DIR: join(mac.applications, "Xcode-26.0.app") };
  expect((await run(mac, "xcodebuild", ["-version"], { env })).stdout).toMatch(/^Xcode 26\.0\n/);
});

test("-showsdks lists the SDKs, as text and as JSON", async () => {
  const { stdout } = await xcodebuild("-showsdks");
  expect(stdout).toContain("iOS SDKs:\n\tiOS 18.2                      \t-sdk iphoneos18.2\n");
  expect(stdout).toContain("macOS SDKs:\n\tmacOS 15.2                    \t-sdk macosx15.2\n");
  const sdks = JSON.parse((await xcodebuild("-showsdks -json")).stdout) as { canonicalName: string; sdkPath: string }[];
  expect(sdks.map(({ canonicalName }) => canonicalName)).toEqual(["iphoneos18.2", "iphonesimulator18.2", "macosx15.2"]);
  expect(sdks.every(({ sdkPath }) => existsSync(sdkPath))).toBe(true);
  expect((await xcodebuild("-showsdks", "15.4")).stdout).not.toContain("iphoneos");
});

test("-checkFirstLaunchStatus tells by its exit code, and nothing is built before", async () => {
  expect((await xcodebuild("-checkFirstLaunchStatus")).code).toBe(0);
  mac.changeXcode("Xcode-16.2.app", { firstLaunchDone: false });
  expect((await xcodebuild("-checkFirstLaunchStatus")).code).toBe(69);
  expect(await archive(mac, newProject(mac))).toMatchObject({
    code: 69,
    stderr: expect.stringContaining("-runFirstLaunch"),
  });
  mac.changeXcode("Xcode-16.2.app", { firstLaunchDone: true });
});

test("-list names targets and schemes", async () => {
  const cwd = newProject(mac);
  const list = await run(mac, "xcodebuild", ["-list"], { cwd });
  expect(list.stdout).toMatch(/^Information about project "App":\n {4}Targets:\n {8}App\n\n {4}Schemes:\n {8}App\n/);
  const json = await run(mac, "xcodebuild", ["-list", "-json", "-workspace", "App.xcworkspace"], { cwd });
  expect(JSON.parse(json.stdout)).toEqual({ workspace: { name: "App", schemes: ["App"] } });
});

test("clean removes what was built", async () => {
  const cwd = newProject(mac);
  const settings = ["-sdk", "iphonesimulator", `SYMROOT=${cwd}/build`];
  await run(mac, "xcodebuild", ["-project", "App.xcodeproj", ...settings, "build"], { cwd });
  const app = join(cwd, "build/Debug-iphoneos");
  const args = ["-project", "App.xcodeproj", "-configuration", "Debug", "-alltargets", "clean", `SYMROOT=${cwd}/build`];
  const cleaned = await run(mac, "xcodebuild", args, { cwd });
  expect([cleaned.code, cleaned.stdout]).toEqual([0, expect.stringContaining("** CLEAN SUCCEEDED **")]);
  expect(existsSync(app)).toBe(false);
});

test("a DEVELOPER_DIR that isn't there, and command line tools only, end with 1", async () => {
  const missing = await run(mac, "xcodebuild", ["-version"], { env: { DEVELOPER_DIR: "/no/Xcode.app" } });
  const text = "xcrun: error: missing DEVELOPER_DIR path: /no/Xcode.app\n";
  expect(missing).toEqual({ code: 1, stdout: "", stderr: text });
  const { code, stderr } = await run(bare, "xcodebuild", ["-version"]);
  const tools = join(bare.root, "Library/Developer/CommandLineTools");
  expect([code, stderr]).toEqual([
    1,
    `xcode-select: error: tool 'xcodebuild' requires Xcode, but active developer directory '${tools}' is a command line tools instance\n`,
  ]);
});

test("an Xcode whose licence nobody agreed to does nothing but say so, with 69", async () => {
  const { code, stdout, stderr } = await xcodebuild("-version", "13.4");
  expect([code, stdout, stderr]).toEqual([
    69,
    "",
    expect.stringContaining("please run “sudo xcodebuild -license” and then retry this command."),
  ]);
  mac.changeXcode("Xcode-16.2.app", { licenseAccepted: false });
  expect((await xcodebuild("-version")).stderr).toContain("You have not agreed to the Xcode license agreements.");
  mac.changeXcode("Xcode-16.2.app", { licenseAccepted: true });
});

test.each([
  [
    "26.0",
    "error:iOS 26.0 is not installed. Please download and install the platform from Xcode > Settings > Components. }",
  ],
  ["15.4", "error:iOS 17.5 is not installed. To use with Xcode, first download and install the platform }"],
])("without the iOS platform Xcode %s builds nothing, with 70", async (xcode, text) => {
  const env = { DEVELOPER_DIR: mac.developerDir(`Xcode-${xcode}.app`) };
  const { code, stderr } = await archive(mac, newProject(mac, { settings: manually("app") }), [], { env });
  expect(code).toBe(70);
  expect(stderr).toContain(
    "xcodebuild: error: Unable to find a destination matching the provided destination specifier:\n\t\t{ generic:1, platform:iOS }\n",
  );
  expect(stderr).toMatch(/\n\tIneligible destinations for the "App" scheme:\n\t\t\{ platform:iOS, .*error:iOS/);
  expect(stderr).toContain(text);
});

test("an unknown scheme, a missing workspace, a damaged project and an unknown option are refused", async () => {
  const cwd = newProject(mac);
  const refusals: [string[], number, string][] = [
    [
      ["-workspace", "App.xcworkspace", "-scheme", "Other", "build"],
      65,
      'xcodebuild: error: The workspace named "App" does not contain a scheme named "Other". The "-list" option can be used to find the names of the schemes in the workspace.\n',
    ],
    [["-workspace", "No.xcworkspace", "-scheme", "App"], 66, "xcodebuild: error: 'No.xcworkspace' does not exist.\n"],
    [["-workspace", "App.xcworkspace", "build"], 64, "you must also specify a scheme"],
    [["-make-coffee"], 64, "xcodebuild: error: invalid option '-make-coffee'\n"],
    [["brew"], 64, "xcodebuild: error: Unknown build action 'brew'.\n"],
  ];
  for (const [args, code, text] of refusals) {
    const ran = await run(mac, "xcodebuild", args, { cwd });
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(text)]);
  }
  rmSync(join(cwd, "App.xcodeproj/project.pbxproj"));
  expect((await archive(mac, cwd)).code).toBe(66);
});
