import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { TRASH } from "../../../../src/agent/disk/measure.ts";
import { checkPlace, removeFrom } from "../../../../src/agent/disk/remove.ts";

function ground() {
  const top = mkdtempSync(join(tmpdir(), "millwright-remove-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const root = join(top, "work");
  const outside = join(top, "outside");
  for (const folder of [join(root, "caches", "one"), outside]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(outside, "precious"), "yes");
  return { top, root, outside, precious: () => readFileSync(join(outside, "precious"), "utf8") };
}

test("a folder is gone as a whole, and links in it are removed and never followed", () => {
  const { root, outside, precious } = ground();
  const folder = join(root, "caches", "one");
  symlinkSync(outside, join(folder, "link-to-folder"));
  symlinkSync(join(outside, "precious"), join(folder, "link-to-file"));
  mkdirSync(join(folder, "deep", "deeper"), { recursive: true });
  symlinkSync("../../../../../outside", join(folder, "deep", "deeper", "relative"));
  expect(removeFrom(root, folder, () => true)).toBe(true);
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(root)).toEqual(["caches"]);
  expect(precious()).toBe("yes");
});

test("what is a link itself is removed as one", () => {
  const { root, outside, precious } = ground();
  const link = join(root, "caches", "linked");
  symlinkSync(outside, link);
  expect(removeFrom(root, link, () => true)).toBe(true);
  expect(existsSync(link)).toBe(false);
  expect(precious()).toBe("yes");
});

test("nothing is removed by way of a linked folder, nor outside the root", () => {
  const { top, root, outside, precious } = ground();
  symlinkSync(outside, join(root, "mirrors"));
  expect(() => removeFrom(root, join(root, "mirrors", "precious"), () => true)).toThrow("is a link");
  for (const path of [join(outside, "precious"), join(root, "..", "outside"), root, top, "/etc", "relative"]) {
    expect(() => checkPlace(root, path), path).toThrow("is not below");
  }
  expect(precious()).toBe("yes");
});

test("a trash that leads elsewhere is not used", () => {
  const { root, outside, precious } = ground();
  symlinkSync(outside, join(root, TRASH));
  expect(() => removeFrom(root, join(root, "caches", "one"), () => true)).toThrow();
  expect(existsSync(join(root, "caches", "one"))).toBe(true);
  expect(precious()).toBe("yes");
});

test("what is taken in the last moment stays where it is", () => {
  const { root } = ground();
  expect(removeFrom(root, join(root, "caches", "one"), () => false)).toBe(false);
  expect(existsSync(join(root, "caches", "one"))).toBe(true);
});
