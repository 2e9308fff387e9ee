import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ArrivingHash } from "../../../src/controller/blobs/arriving-hash.ts";

const BYTES = randomBytes(300_000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const PARTS = [0, 1, 2].map((index) => ({ number: index + 1, offset: index * 100_000, size: 100_000 }));

function ground() {
  const folder = mkdtempSync(join(tmpdir(), "arriving-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "file");
  writeFileSync(file, BYTES);
  const hash = new ArrivingHash(file);
  const put = (index: number) => {
    const place = PARTS[index] as (typeof PARTS)[number];
    hash.begins(place);
    hash.isThere(place);
    hash.ends(place);
  };
  return { file, hash, put };
}

test("parts that come in any order give the hash of the file", async () => {
  const { hash, put } = ground();
  for (const index of [1, 2, 0]) put(index);
  expect(await hash.digest(BYTES.length)).toBe(SHA256);
});

test("no hash is told of a file that misses a part, or that is another size", async () => {
  const { hash, put } = ground();
  for (const index of [0, 2]) put(index);
  expect(await hash.digest(BYTES.length)).toBeUndefined();
});

test("no hash is told once a part was written twice, or by two at once: the second may have other bytes", async () => {
  const twice = ground();
  for (const index of [0, 1, 0, 2]) twice.put(index);
  expect(await twice.hash.digest(BYTES.length)).toBeUndefined();
  const atOnce = ground();
  const [first] = PARTS;
  if (first) for (const _ of [1, 2]) atOnce.hash.begins(first);
  for (const index of [0, 1, 2]) atOnce.put(index);
  expect(await atOnce.hash.digest(BYTES.length)).toBeUndefined();
});

test("no hash is told when the file is shorter than what was said to be there", async () => {
  const { file, hash, put } = ground();
  writeFileSync(file, BYTES.subarray(0, 250_000));
  for (const index of [0, 1, 2]) put(index);
  expect(await hash.digest(BYTES.length)).toBeUndefined();
});
