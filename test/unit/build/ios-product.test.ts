import { execFileSync } from "node:child_process";
import {
  createWriteStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { build } from "plist";
import { expect, onTestFinished, test } from "vitest";
import { ZipFile } from "yazl";
import { zipBundle } from "../../../src/build/artifacts/zip-bundle.ts";
import { readAppInfo } from "../../../src/build/product/ios/app-info.ts";
import { iosMismatch, nestedMismatch, otherVersions } from "../../../src/build/product/ios/expectations.ts";
import { findApp, findArchive } from "../../../src/build/product/ios/find-app.ts";
import { readIpa } from "../../../src/build/product/ios/ipa.ts";
import { machOArchitectures } from "../../../src/build/product/ios/mach-o.ts";
import { unpackZip } from "../../../src/build/product/ios/unpack-app.ts";

function folderWith(files: Record<string, string | Uint8Array> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-ipa-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const ID = "com.example.hello";
const INFO = {
  CFBundleIdentifier: ID,
  CFBundleShortVersionString: "1.2.3",
  CFBundleVersion: "1.2.3",
  CFBundleName: "Hello App",
  CFBundleExecutable: "Hello App",
  MinimumOSVersion: "13.0",
  DTPlatformName: "iphoneos",
  CFBundleSupportedPlatforms: ["iPhoneOS"],
};

/** A binary property list: one dictionary with ASCII texts of less than 256 bytes. */
function binaryPlist(values: Record<string, string>): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0x5f, 0x10, value.length]), Buffer.from(value)]);
  const words = [...Object.keys(values), ...Object.values(values)];
  const count = Object.keys(values).length;
  const references = [...words.keys()].map((index) => index + 1);
  const objects = [Buffer.from([0xd0 | count, ...references]), ...words.map(text)];
  const offsets: number[] = [];
  let at = 8;
  for (const object of objects) {
    offsets.push(at);
    at += object.length;
  }
  const table = Buffer.alloc(offsets.length * 2);
  for (const [index, offset] of offsets.entries()) table.writeUInt16BE(offset, index * 2);
  const trailer = Buffer.alloc(32);
  trailer[6] = 2; // bytes of an offset
  trailer[7] = 1; // bytes of a reference
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  return Buffer.concat([Buffer.from("bplist00"), ...objects, table, trailer]);
}

async function ipaOf(files: Record<string, string | Buffer>): Promise<string> {
  const target = join(folderWith(), "Hello.ipa");
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
  return target;
}

/** The head of a fat file for arm64 and x86_64. */
function fatHead(): Buffer {
  const head = Buffer.alloc(8 + 2 * 20);
  head.writeUInt32BE(0xcafebabe, 0);
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(0x0100000c, 8);
  head.writeUInt32BE(0x01000007, 28);
  return head;
}

test("An .ipa tells its identity from a binary or an XML property list, its profile and its processors", async () => {
  const { CFBundleSupportedPlatforms: _, ...texts } = INFO;
  for (const plist of [binaryPlist(texts), Buffer.from(build(INFO))]) {
    const content = await readIpa(
      await ipaOf({
        "Payload/Hello App.app/Info.plist": plist,
        "Payload/Hello App.app/PlugIns/Widget.appex/Info.plist": build({ ...INFO, CFBundleIdentifier: `${ID}.widget` }),
        "Payload/Hello App.app/PlugIns/Widget.appex/embedded.mobileprovision": "the widget's",
        "Payload/Hello App.app/Watch/Hello.app/Info.plist": "bplist00 broken",
        "Payload/Hello App.app/embedded.mobileprovision": "signed by Apple",
        "Payload/Hello App.app/Hello App": fatHead(),
      }),
    );
    expect(content).toMatchObject({
      app: "Payload/Hello App.app/",
      info: { identifier: "com.example.hello", versionName: "1.2.3", displayName: "Hello App", minimumOs: "13.0" },
      architectures: ["arm64", "x86_64"],
    });
    if (typeof content === "string") throw new Error(content);
    expect(content.profile?.toString()).toBe("signed by Apple");
    expect(content.nested.map(({ path, info, profile }) => [path, info?.identifier, profile?.toString()])).toEqual([
      ["Payload/Hello App.app/PlugIns/Widget.appex/", `${ID}.widget`, "the widget's"],
      ["Payload/Hello App.app/Watch/Hello.app/", undefined, undefined],
    ]);
  }
});

test("What is no .ipa with one app is told in a sentence", async () => {
  expect(await readIpa(join(folderWith({ "a.ipa": "no zip" }), "a.ipa"))).toMatch(/^It is no zip file: /);
  expect(await readIpa(await ipaOf({ "readme.txt": "x" }))).toMatch(/no Payload/);
  const plist = build(INFO);
  const two = { "Payload/A.app/Info.plist": plist, "Payload/B.app/Info.plist": plist };
  expect(await readIpa(await ipaOf(two))).toMatch(/2 apps instead of one/);
  expect(await readIpa(await ipaOf({ "Payload/A.app/Info.plist": "bplist00 broken" }))).toMatch(/no property list/);
});

test("The processors of thin and fat programs are told, and nothing of other files", () => {
  const thin = Buffer.alloc(32);
  thin.writeUInt32LE(0xfeedfacf, 0);
  thin.writeUInt32LE(0x0100000c, 4);
  thin.writeUInt32LE(0x80000002, 8);
  expect(machOArchitectures(thin)).toEqual(["arm64e"]);
  expect(machOArchitectures(fatHead())).toEqual(["arm64", "x86_64"]);
  expect(machOArchitectures(Buffer.from("#!/bin/sh\necho hello\n"))).toEqual([]);
  // A Java class of version 52.
  expect(machOArchitectures(Buffer.from("cafebabe00000034002a0000", "hex"))).toEqual([]);
});

test("An app with another id, version or build number than config.xml, or for another system, is not what was asked for", () => {
  const info = readAppInfo(Buffer.from(build(INFO)));
  if (!info) throw new Error("not read");
  const widget = {
    id: "com.example.hello",
    version: "1.2.3",
    engines: {},
    preferences: {},
    plugins: [],
  };
  expect(iosMismatch(info, widget, "ad-hoc")).toBeUndefined();
  expect(iosMismatch(info, { ...widget, iosId: "com.example.ios" }, "ad-hoc")).toContain("com.example.ios");
  expect(iosMismatch(info, { ...widget, version: "2.0.0" }, "ad-hoc")).toContain("2.0.0");
  expect(iosMismatch(info, { ...widget, iosBundleVersion: "77" }, "ad-hoc")).toContain("77");
  expect(iosMismatch(info, widget, "simulator")).toContain("iPhoneSimulator");
  const beta = { ...info, versionName: "1.2.3-beta" };
  expect(iosMismatch(beta, { ...widget, version: "1.2.3-beta" }, "ad-hoc")).toBeUndefined();
});

test("What is inside an app must have an id below the app's, and should have its version", () => {
  const read = (change: object) => readAppInfo(Buffer.from(build({ ...INFO, ...change })));
  const app = read({});
  if (!app) throw new Error("not read");
  const nested = (change: object) => ({ path: "Payload/Hello App.app/PlugIns/A.appex/", info: read(change) });
  const good = nested({ CFBundleIdentifier: `${ID}.a` });
  expect([nestedMismatch(good, app), otherVersions([good], app)]).toEqual([undefined, []]);
  for (const id of [ID, `${ID}a`, "com.example.other.a"])
    expect(nestedMismatch(nested({ CFBundleIdentifier: id }), app)).toContain(`has the bundle id ${id}, which must`);
  expect(nestedMismatch({ path: "A.appex/", info: undefined }, app)).toContain(
    "A.appex/Info.plist is no property list",
  );
  const [older] = otherVersions([nested({ CFBundleIdentifier: `${ID}.a`, CFBundleVersion: "1" })], app);
  expect(older).toContain("has the version 1.2.3 (1), and the app 1.2.3 (1.2.3)");
});

test("The product is the one new .ipa, whatever Xcode calls it and wherever this cordova-ios puts it", () => {
  const codeOf = (folder: string, kind: "ipa" | "app" = "ipa", notBefore = 0) => {
    try {
      return findApp(folder, kind, notBefore).slice(folder.length + 1);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const outOf8 = "build/Release-iphoneos";
  expect(codeOf(folderWith({ [`${outOf8}/Hello App.ipa`]: "x", [`${outOf8}/Packaging.log`]: "x" }))).toBe(
    `${outOf8}/Hello App.ipa`,
  );
  expect(codeOf(folderWith({ "build/device/Hello.ipa": "x" }))).toBe("build/device/Hello.ipa");
  expect(codeOf(folderWith({ "build/Debug-iphonesimulator/Hello.app/Info.plist": "x" }), "app")).toBe(
    "build/Debug-iphonesimulator/Hello.app",
  );
  expect(codeOf(folderWith())).toBe("PRODUCT_MISSING");
  expect(codeOf(folderWith({ [`${outOf8}/a.ipa`]: "x", [`${outOf8}/b.ipa`]: "x" }))).toBe("PRODUCT_WRONG");
  const stale = folderWith({ [`${outOf8}/a.ipa`]: "x", "App.xcarchive/Info.plist": "x" });
  expect(findArchive(stale, 0)).toBe(join(stale, "App.xcarchive"));
  utimesSync(join(stale, `${outOf8}/a.ipa`), 1000, 1000);
  expect(codeOf(stale, "ipa", Date.now() - 60_000)).toBe("PRODUCT_MISSING");
  expect(findArchive(stale, Date.now() + 60_000)).toBeUndefined();
});

test("Bundles are zipped and unpacked with their modes and links, and no link leads out", async () => {
  const folder = folderWith({ "Hello.app/Hello": "program", "Hello.app/Frameworks/A.framework/Versions/1/A": "x" });
  const app = join(folder, "Hello.app");
  execFileSync("chmod", ["755", join(app, "Hello")]);
  symlinkSync("Versions/1/A", join(app, "Frameworks/A.framework/A"));
  const zip = join(folder, "app.zip");
  await zipBundle(app, zip);
  const again = folderWith();
  await unpackZip(zip, "Hello.app/", again);
  expect(lstatSync(join(again, "Hello.app/Hello")).mode & 0o111).toBe(0o111);
  expect(lstatSync(join(again, "Hello.app/Frameworks/A.framework/Versions/1/A")).mode & 0o111).toBe(0);
  expect(readlinkSync(join(again, "Hello.app/Frameworks/A.framework/A"))).toBe("Versions/1/A");
  symlinkSync("../../../etc/passwd", join(app, "out"));
  await zipBundle(app, zip);
  await expect(unpackZip(zip, "Hello.app/", folderWith())).rejects.toThrow("links out of the app");
});
