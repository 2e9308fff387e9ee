import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../../src/base/time/clock.ts";
import { type Blobs, contentKey, type PartPlace } from "../../../../src/controller/blobs/blobs.ts";
import { openBlobs } from "../../../../src/controller/blobs/open-blobs.ts";
import { temporaryFolder } from "../../../support/controller.ts";
import { MemoryLedger } from "../../../support/memory-ledger.ts";
import { NO_RADOSGW, Radosgw } from "../../../support/radosgw.ts";

const MIB = 2 ** 20;
let server: Radosgw;

beforeAll(async () => {
  if (NO_RADOSGW === undefined) server = await Radosgw.start();
});
afterAll(() => server?.close());

const places = {
  "a folder": async () => openBlobs({ address: temporaryFolder() }, new MemoryLedger(), systemClock),
  "a bucket": async () => openBucket(),
  "a bucket that agents don't reach": async () => openBucket("&direct=0"),
};

async function openBucket(settings = ""): Promise<Blobs> {
  const options = { address: await server.newBucket(settings), credentialsFile: server.credentialsFile() };
  return openBlobs(options, new MemoryLedger(), systemClock);
}

async function* inChunks(bytes: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function bytesOf(blobs: Blobs, key: string, start: number, end: number): Promise<Buffer | undefined> {
  const stream = await blobs.open(key, start, end);
  return stream && buffer(stream);
}

async function keysOf(blobs: Blobs, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of blobs.keys(prefix)) keys.push(key);
  return keys.sort();
}

function partsOf(...sizes: number[]): PartPlace[] {
  let offset = 0;
  return sizes.map((size, index) => {
    const part = { number: index + 1, offset, size };
    offset += size;
    return part;
  });
}

/** Puts a part as an agent does: to the address it is given, or through the controller. */
async function send(blobs: Blobs, name: string, part: PartPlace, bytes: Buffer): Promise<void> {
  const [address] = (await blobs.intake.addresses(name, [part], 60_000)) ?? [];
  const body = bytes.subarray(part.offset, part.offset + part.size);
  if (address === undefined) return blobs.intake.writePart(name, part, Readable.from([body]));
  const { status } = await fetch(address, { method: "PUT", body });
  if (status !== 200) throw new Error(`the bucket answered ${status}`);
}

describe.each(Object.entries(places))("blobs in %s", (name, open) => {
  const lacking = name === "a folder" ? undefined : NO_RADOSGW;
  const testHere = (title: string, run: (blobs: Blobs) => Promise<void>) =>
    test(title, async (context) => {
      if (lacking !== undefined) context.skip(lacking);
      await run(await open());
    });

  testHere("appear whole under their key, are read whole or in part, and go", async (blobs) => {
    for (const bytes of [Buffer.alloc(0), randomBytes(5), randomBytes(9 * MIB), randomBytes(16 * MIB)]) {
      expect(await blobs.has("logs/ab/x")).toBe(false);
      expect(await blobs.size("logs/ab/x")).toBeUndefined();
      expect(await blobs.open("logs/ab/x", 0, 0)).toBeUndefined();
      expect(await blobs.store("logs/ab/x", inChunks(bytes), () => true)).toBe(true);
      expect(await blobs.has("logs/ab/x")).toBe(true);
      expect(await blobs.size("logs/ab/x")).toBe(bytes.length);
      if (bytes.length > 0) {
        expect((await bytesOf(blobs, "logs/ab/x", 0, bytes.length - 1))?.equals(bytes)).toBe(true);
        expect((await bytesOf(blobs, "logs/ab/x", 2, 3))?.equals(bytes.subarray(2, 4))).toBe(true);
      }
      expect(await keysOf(blobs)).toEqual(["logs/ab/x"]);
      await blobs.remove("logs/ab/x");
      await blobs.remove("logs/ab/x");
    }
    expect(await keysOf(blobs)).toEqual([]);
  });

  testHere("are not there when the bytes turn out wrong, or break off", async (blobs) => {
    for (const size of [10, 20 * MIB]) {
      const bytes = randomBytes(size);
      expect(await blobs.store("logs/ab/x", inChunks(bytes), () => false)).toBe(false);
      const breaking = async function* () {
        yield* inChunks(bytes);
        throw new Error("the store has failed");
      };
      await expect(blobs.store("logs/ab/x", breaking(), () => true)).rejects.toThrow("the store has failed");
      expect(await blobs.has("logs/ab/x")).toBe(false);
    }
    expect(await keysOf(blobs)).toEqual([]);
    expect(await blobs.intake.dropLeftovers(Date.now() + 60_000)).toBe(0); // uploads were given up at once
  });

  testHere("may be written under one key by many at the same time, and replaced", async (blobs) => {
    const old = randomBytes(3 * MIB);
    await blobs.store("logs/ab/x", inChunks(old), () => true);
    const bytes = randomBytes(9 * MIB);
    await Promise.all([1, 2, 3].map(() => blobs.store("logs/ab/x", inChunks(bytes), () => true)));
    expect((await bytesOf(blobs, "logs/ab/x", 0, bytes.length))?.equals(bytes)).toBe(true);
  });

  testHere("are listed by the beginning of their key", async (blobs) => {
    const keys = ["content/aa/one", "content/ab/two", "logs/aa/three"];
    for (const key of keys) await blobs.store(key, inChunks(Buffer.from("x")), () => true);
    expect(await keysOf(blobs, "content/")).toEqual(keys.slice(0, 2));
    expect(await keysOf(blobs, "content/a")).toEqual(keys.slice(0, 2));
    expect(await keysOf(blobs, "logs/")).toEqual(keys.slice(2));
    expect(await keysOf(blobs, "nothing/")).toEqual([]);
  });

  testHere("come in part by part, in any order and more than once, and are kept by their content", async (blobs) => {
    const bytes = randomBytes(12 * MIB);
    const parts = partsOf(5 * MIB, 5 * MIB, 2 * MIB);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const backwards = [...parts].reverse();
    for (const part of backwards) await send(blobs, "f1", part, bytes);
    await send(blobs, "f1", parts[1] as PartPlace, bytes);
    expect((await blobs.intake.arrived("f1", parts)) ?? [1, 2, 3]).toEqual([1, 2, 3]);
    expect(await blobs.has(contentKey(sha256))).toBe(false);
    expect(await blobs.intake.keep("f1", parts, sha256)).toBe(true);
    const kept = await bytesOf(blobs, contentKey(sha256), 0, bytes.length - 1);
    expect(kept?.equals(bytes)).toBe(true);
    await blobs.intake.drop("f1");
    await blobs.intake.drop("f1");
    expect(await keysOf(blobs)).toEqual([contentKey(sha256)]);
  });

  testHere("may be empty files", async (blobs) => {
    const parts = partsOf(0);
    const sha256 = createHash("sha256").digest("hex");
    await send(blobs, "f1", parts[0] as PartPlace, Buffer.alloc(0));
    expect(await blobs.intake.keep("f1", parts, sha256)).toBe(true);
    expect(await blobs.size(contentKey(sha256))).toBe(0);
  });

  testHere("are not kept when a part is missing, or the SHA-256 is another one", async (blobs) => {
    const bytes = randomBytes(6 * MIB);
    const parts = partsOf(5 * MIB, MIB);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await send(blobs, "f1", parts[0] as PartPlace, bytes);
    expect(await blobs.intake.keep("f1", parts, sha256)).toBe(false);
    await send(blobs, "f1", parts[1] as PartPlace, randomBytes(bytes.length));
    expect(await blobs.intake.keep("f1", parts, sha256)).toBe(false);
    expect(await keysOf(blobs, "content/")).toEqual([]);
    await blobs.intake.drop("f1");
    expect(await keysOf(blobs)).toEqual([]);
    for (const part of parts) await send(blobs, "f1", part, bytes);
    expect(await blobs.intake.keep("f1", parts, sha256)).toBe(true);
  });

  testHere("take no part that is longer or shorter than was said", async (blobs) => {
    const [part] = partsOf(1000) as [PartPlace];
    for (const size of [999, 1001]) {
      const [address] = (await blobs.intake.addresses("f1", [part], 60_000)) ?? [];
      const bytes = randomBytes(size);
      if (address === undefined) {
        await expect(blobs.intake.writePart("f1", part, Readable.from([bytes]))).rejects.toThrow(/bytes/);
      } else expect((await fetch(address, { method: "PUT", body: bytes })).status).toBe(403);
    }
    expect((await blobs.intake.arrived("f1", [part])) ?? []).toEqual([]);
  });
});

test("what another controller is writing into a folder stays, and what a crash left there goes a day later", async () => {
  const folder = temporaryFolder();
  const open = () => openBlobs({ address: folder }, new MemoryLedger(), systemClock);
  const written = () => readdirSync(join(folder, "incoming"));
  let goOn = () => {};
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const slowly = async function* () {
    yield Buffer.from("x");
    await waiting;
    yield Buffer.from("y");
  };
  const stored = (await open()).store("logs/ab/x", slowly(), () => true);
  await expect.poll(() => written().length).toBe(1);
  const left = join(folder, "incoming", "unfinished-b0");
  writeFileSync(left, "half");
  utimesSync(left, new Date(), new Date(Date.now() - 25 * 3_600_000));
  const other = await open();
  expect(written().length).toBe(2);
  writeFileSync(join(folder, "incoming", "f-of-an-agent"), "");
  expect(await other.intake.dropLeftovers(Date.now() - 24 * 3_600_000)).toBe(1);
  expect([existsSync(left), written().length]).toEqual([false, 2]);
  goOn();
  expect(await stored).toBe(true);
  expect((await bytesOf(other, "logs/ab/x", 0, 1))?.toString()).toBe("xy");
  expect(written()).toEqual(["f-of-an-agent"]);
});
