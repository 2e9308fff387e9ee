import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { expect, onTestFinished, test } from "vitest";
import { zipFolder } from "../../../src/build/artifacts/www-zip.ts";
import { architecturesOf } from "../../../src/build/product/architectures.ts";
import { parseBadging } from "../../../src/build/product/badging.ts";
import { readBundle } from "../../../src/build/product/bundle-manifest.ts";
import { mismatch } from "../../../src/build/product/expectations.ts";
import { findMapping, findProduct } from "../../../src/build/product/find-product.ts";

function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-product-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const BADGING = `package: name='com.example.app' versionCode='10203' versionName='1.2.3' platformBuildVersionName='6.0'
sdkVersion:'19'
targetSdkVersion:'28'
uses-permission: name='android.permission.INTERNET'
uses-permission-sdk-23: name='android.permission.CAMERA'
application-label:'App'
application-debuggable
`;

test("What aapt says of an apk is read", () => {
  expect(parseBadging(BADGING)).toEqual({
    identifier: "com.example.app",
    versionCode: "10203",
    versionName: "1.2.3",
    minSdk: "19",
    targetSdk: "28",
    debuggable: true,
    permissions: ["android.permission.CAMERA", "android.permission.INTERNET"],
  });
  expect(parseBadging("W/x: invalid file")).toBeUndefined();
});

test("A product with another id, version or code than config.xml, or a debuggable release, is not what was asked for", () => {
  const badging = parseBadging(BADGING);
  if (!badging) throw new Error("not read");
  const widget = { id: "com.example.app", version: "1.2.3", engines: {}, preferences: {}, plugins: [] };
  expect(mismatch(badging, widget, "debug")).toBeUndefined();
  expect(mismatch(badging, { ...widget, id: "com.example.other" }, "debug")).toContain("com.example.other");
  expect(mismatch(badging, { ...widget, androidId: "com.example.droid" }, "debug")).toContain("com.example.droid");
  expect(mismatch(badging, { ...widget, version: "2.0.0" }, "debug")).toContain("2.0.0");
  expect(mismatch(badging, { ...widget, androidVersionCode: "7" }, "debug")).toContain("7");
  expect(mismatch(badging, widget, "release")).toContain("debuggable");
});

test("Only one new file of the kind is a product", () => {
  const out = "app/build/outputs/apk";
  const codeOf = (folder: string, notBefore = 0) => {
    try {
      return findProduct(folder, "apk", notBefore).slice(folder.length + 1);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(codeOf(folderWith({ [`${out}/debug/app-debug.apk`]: "x" }))).toBe(`${out}/debug/app-debug.apk`);
  expect(codeOf(folderWith({ "build/outputs/apk/android-debug.apk": "x" }))).toBe(
    "build/outputs/apk/android-debug.apk",
  );
  expect(codeOf(folderWith({ [`${out}/output.json`]: "x" }))).toBe("PRODUCT_MISSING");
  expect(codeOf(folderWith({ [`${out}/a.apk`]: "x", [`${out}/b.apk`]: "x" }))).toBe("PRODUCT_WRONG");
  const shrunk = folderWith({ "app/build/outputs/mapping/release/mapping.txt": "a -> b:" });
  expect(findMapping(shrunk, 0)).toBe(join(shrunk, "app/build/outputs/mapping/release/mapping.txt"));
  expect(findMapping(shrunk, Date.now() + 60_000)).toBeUndefined();
  const stale = folderWith({ [`${out}/old.apk`]: "x", [`${out}/new.apk`]: "x" });
  utimesSync(join(stale, `${out}/old.apk`), 1000, 1000);
  expect(codeOf(stale, Date.now() - 60_000)).toBe(`${out}/new.apk`);
});

/** An XmlNode as aapt2 writes it: texts as value, numbers and booleans only compiled. */
function node(name: string, attributes: Record<string, string | number | boolean>, children: Uint8Array[] = []) {
  const element = new BinaryWriter().tag(3, 2).string(name);
  for (const [key, value] of Object.entries(attributes)) element.tag(4, 2).bytes(attribute(key, value));
  for (const child of children) element.tag(5, 2).bytes(child);
  return new BinaryWriter().tag(1, 2).bytes(element.finish()).finish();
}

function attribute(name: string, value: string | number | boolean): Uint8Array {
  const writer = new BinaryWriter().tag(2, 2).string(name);
  if (typeof value === "string") return writer.tag(3, 2).string(value).tag(5, 0).uint32(0x0101021c).finish();
  const primitive = new BinaryWriter();
  if (typeof value === "number") primitive.tag(6, 0).int32(value);
  else primitive.tag(8, 0).bool(value);
  const item = new BinaryWriter().tag(7, 2).bytes(primitive.finish()).finish();
  return writer.tag(6, 2).bytes(item).finish();
}

test("The manifest of a bundle is read from its protocol buffer", async () => {
  const application = node("application", { label: "@string/app", debuggable: true });
  const uses = node("uses-sdk", { minSdkVersion: 24, targetSdkVersion: "35" });
  const internet = node("uses-permission", { name: "android.permission.INTERNET" });
  const facts = { package: "com.example.app", versionName: "1.2.3", versionCode: 10203 };
  const folder = folderWith({
    "base/manifest/AndroidManifest.xml": node("manifest", facts, [uses, internet, application]),
    "base/lib/arm64-v8a/liba.so": "x",
    "base/lib/arm64-v8a/libb.so": "x",
    "extra/lib/x86_64/liba.so": "x",
  });
  const aab = join(folderWith({}), "app.aab");
  await zipFolder(folder, aab);
  expect(await architecturesOf(aab)).toEqual(["arm64-v8a", "x86_64"]);
  expect(await readBundle(aab)).toEqual({
    identifier: "com.example.app",
    versionName: "1.2.3",
    versionCode: "10203",
    minSdk: "24",
    targetSdk: "35",
    debuggable: true,
    permissions: ["android.permission.INTERNET"],
  });
});
