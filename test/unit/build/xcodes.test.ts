import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detectHost } from "../../../src/build/toolchain/detect-host.ts";
import { XcodeFinder } from "../../../src/build/toolchain/xcode-finder.ts";
import { findXcodeApps, isPreferred } from "../../../src/build/toolchain/xcodes.ts";
import { temporaryFolder } from "../../support/controller.ts";
import { layXcode, makeReady, writeProgram, xcodePrograms } from "../../support/xcode-folders.ts";

interface Mac {
  applications: string;
  environment: Record<string, string>;
  bin: string;
  calls(): number;
}

function mac(): Mac {
  const folder = temporaryFolder();
  const [applications, bin] = [join(folder, "Applications"), join(folder, "bin")];
  mkdirSync(applications);
  xcodePrograms(bin);
  const calls = () =>
    existsSync(join(bin, "calls")) ? readFileSync(join(bin, "calls"), "utf8").split("\n").length : 0;
  return { applications, bin, environment: { PATH: `${bin}:/usr/bin:/bin` }, calls };
}

const versions = (xcodes: readonly { version: string }[]) => xcodes.map(({ version }) => version);

test("Xcodes are found by their files, in every folder, each once, newest first and betas last", async () => {
  const { applications, environment } = mac();
  const elsewhere = temporaryFolder();
  layXcode(applications, { name: "Xcode-16.app", version: "16.2", build: "16C5032a", sdk: "18.2" });
  layXcode(applications, { name: "Xcode_15.4.app", version: "15.4", build: "15F31d", sdk: "17.5", binary: true });
  layXcode(applications, { name: "Xcode-beta.app", version: "26.1", build: "17B5045g", sdk: "26.1", beta: true });
  layXcode(elsewhere, { name: "Xcode-26.app", version: "26.0", build: "17A324", sdk: "26.0" });
  symlinkSync("Xcode-16.app", join(applications, "Xcode.app"));
  symlinkSync(join(elsewhere, "Xcode-26.app"), join(applications, "Xcode-26-link.app"));
  symlinkSync("/nowhere/Xcode.app", join(applications, "Xcode-gone.app"));
  mkdirSync(join(applications, "Xcode-half.app/Contents/Developer"), { recursive: true });
  writeFileSync(
    join(applications, "Xcode-half.app/Contents/version.plist"),
    '<?xml version="1.0"?><plist><dict><key>CFB',
  );
  mkdirSync(join(applications, "Xcodes.txt"));
  layXcode(applications, { name: "Xcelsior.app", version: "99.0" });
  const found = await findXcodeApps([applications, elsewhere, "/nowhere"], environment);
  expect(versions(found)).toEqual(["26.0", "16.2", "15.4", "26.1"]);
  expect(found[1]).toMatchObject({
    build: "16C5032a",
    sdks: ["18.2"],
    beta: false,
    path: join(applications, "Xcode-16.app"),
    developerDir: join(applications, "Xcode-16.app/Contents/Developer"),
  });
  expect(found[2]).toMatchObject({ build: "15F31d", sdks: ["17.5"] });
  expect(found[3]).toMatchObject({ beta: true });
});

test("What Spotlight knows besides is found too, and its silence or nonsense does no harm", async () => {
  const { applications, environment, bin } = mac();
  const outside = layXcode(temporaryFolder(), { version: "16.2" });
  layXcode(applications, { version: "15.4" });
  writeProgram(
    bin,
    "mdfind",
    `#!/bin/sh\n[ "$1" = "kMDItemCFBundleIdentifier == 'com.apple.dt.Xcode'" ] && echo '${outside}'\n`,
  );
  expect(versions(await findXcodeApps([applications], environment))).toEqual(["16.2", "15.4"]);
  writeProgram(bin, "mdfind", "#!/bin/sh\necho 'Failed to create query'\necho /nowhere/Xcode.app\nexit 1\n");
  expect(versions(await findXcodeApps([applications], environment))).toEqual(["15.4"]);
});

test("The preferred Xcode is named by version, build or path, also over a link", async () => {
  const { applications, environment } = mac();
  const path = layXcode(applications, { name: "Xcode-16.app", version: "16.2", build: "16C5032a" });
  symlinkSync(path, join(applications, "Xcode.app"));
  const [app] = await findXcodeApps([applications], environment);
  if (!app) throw new Error("no Xcode");
  const names = ["16.2", "16C5032a", path, join(applications, "Xcode.app")];
  expect(names.filter((name) => isPreferred(app, name))).toEqual(names);
  expect(["", "16", "16.3", "/nowhere/Xcode.app"].filter((name) => isPreferred(app, name))).toEqual([]);
});

test("Xcodes are asked for what keeps builds from using them; the preferred one that is ready goes first", async () => {
  const { applications, environment } = mac();
  const lay = (version: string, more: object) =>
    layXcode(applications, { name: `Xcode-${version}.app`, version, ...more });
  lay("26.0", { state: ["licence", "first-launch"] });
  lay("16.4", { state: ["first-launch"] });
  lay("16.3", { state: ["runtime"] });
  lay("16.2", {});
  lay("16.1", { state: ["broken"] });
  lay("16.0", { sdk: "" });
  lay("15.4", {});
  lay("14.3.1", { state: ["runtime"] });
  const found = await new XcodeFinder().find({ folders: [applications], preferred: "15.4" }, environment);
  expect(versions(found)).toEqual(["15.4", "16.2", "14.3.1", "26.0", "16.4", "16.3", "16.1", "16.0"]);
  expect(found.map(({ trouble }) => trouble?.kind)).toEqual([
    undefined,
    undefined,
    undefined, // before Xcode 15 the platform came with it
    "licence",
    "first-launch",
    "ios-platform",
    "unusable",
    "ios-platform",
  ]);
  expect(found[3]?.trouble?.said).toBe("You have not agreed to the Xcode license agreements.");
  expect(found[6]?.trouble?.said).toContain("dyld");
});

test("An Xcode that is ready is asked once; one that isn't is asked until it is, and one that was replaced again", async () => {
  const { applications, environment, calls } = mac();
  const path = layXcode(applications, { version: "16.2", state: ["licence"] });
  const finder = new XcodeFinder();
  const look = () => finder.find({ folders: [applications], preferred: "" }, environment);
  expect((await look())[0]?.trouble?.kind).toBe("licence");
  makeReady(path, "licence");
  expect((await look())[0]?.trouble).toBeUndefined();
  const asked = calls();
  await look();
  expect(calls()).toBe(asked);
  renameSync(path, join(temporaryFolder(), "old.app"));
  layXcode(applications, { version: "26.0", state: ["first-launch"] });
  expect((await look())[0]).toMatchObject({ version: "26.0", trouble: { kind: "first-launch" } });
});

test("Without xcodebuild on PATH the Xcode's own is asked, and an Xcode that has none is unusable", async () => {
  const { applications, bin } = mac();
  const path = layXcode(applications, { version: "16.2" });
  const environment = { PATH: "/usr/bin:/bin" };
  const [bare] = await new XcodeFinder().find({ folders: [applications], preferred: "" }, environment);
  expect(bare?.trouble).toMatchObject({ kind: "unusable", said: expect.stringContaining("ENOENT") });
  const own = join(path, "Contents/Developer/usr/bin");
  mkdirSync(join(own, ".."), { recursive: true });
  renameSync(bin, own);
  const [ready] = await new XcodeFinder().find({ folders: [applications], preferred: "" }, environment);
  expect(ready?.trouble).toBeUndefined();
});

test("A host tells its Xcodes, which one builds use, and what keeps it from building for ios", async () => {
  const { applications, environment } = mac();
  const path = `${environment["PATH"]}:${process.execPath.slice(0, process.execPath.lastIndexOf("/"))}:/usr/local/bin`;
  const host = async () => {
    const xcodes = await new XcodeFinder().find({ folders: [applications], preferred: "" }, { PATH: path });
    const { toolchains, platforms } = await detectHost({ PATH: path }, "/", [], xcodes);
    return {
      xcodes: toolchains.filter(({ kind }) => kind === "xcode"),
      ios: platforms.find((each) => each.platform === "ios"),
    };
  };
  expect((await host()).ios).toEqual({
    platform: "ios",
    supported: false,
    lacking: "No Xcode was found (it runs on macOS).",
  });
  const newest = layXcode(applications, { name: "Xcode-26.app", version: "26.0", build: "17A324", state: ["licence"] });
  const blocked = await host();
  expect(blocked.ios?.lacking).toContain("its licence is not accepted (sudo xcodebuild -license accept)");
  expect(blocked.xcodes).toMatchObject([{ preferred: false, lacking: expect.stringContaining("licence") }]);
  layXcode(applications, { name: "Xcode-16.app", version: "16.2", build: "16C5032a", sdk: "18.2" });
  const able = await host();
  expect(able.ios).toEqual({ platform: "ios", supported: true, lacking: "" });
  expect(able.xcodes).toMatchObject([
    { version: "16.2", build: "16C5032a", sdks: ["18.2"], preferred: true, lacking: "" },
    { version: "26.0", preferred: false },
  ]);
  rmSync(newest, { recursive: true });
  expect(versions((await host()).xcodes)).toEqual(["16.2"]);
});
