import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Blobs, contentKey, type PartPlace } from "../../../../src/controller/blobs/blobs.ts";
import { NO_RADOSGW, Radosgw } from "../../../support/radosgw.ts";
import { openBucket } from "./opened.ts";

const MIB = 2 ** 20;
let server: Radosgw;

beforeAll(async () => {
  if (NO_RADOSGW === undefined) server = await Radosgw.start();
});
afterAll(() => server?.close());

const bucketTest = (title: string, run: () => Promise<void>) =>
  test(title, (context) => (NO_RADOSGW === undefined ? run() : context.skip(NO_RADOSGW)));

bucketTest("300 MB of a log, and then of a file, pass with a few MiB of memory", async () => {
  const blobs = await openBucket(server, await server.newBucket());
  const piece = randomBytes(MIB);
  const count = 304;
  const hash = createHash("sha256");
  const log = async function* () {
    for (let n = 0; n < count; n += 1) {
      hash.update(piece);
      yield piece;
    }
  };
  await blobs.store("logs/aa/warm", oneOf(randomBytes(9 * MIB)), () => true);
  const stored = await growthOf(() => blobs.store("logs/aa/large", log(), () => true));
  expect(await blobs.size("logs/aa/large")).toBe(count * MIB);
  const sha256 = hash.digest("hex");
  const part = Buffer.concat(Array.from({ length: 16 }, () => piece));
  const parts = Array.from({ length: count / 16 }, (_, at) => ({
    number: at + 1,
    offset: at * 16 * MIB,
    size: 16 * MIB,
  }));
  await sendAll(blobs, parts, () => part);
  const kept = await growthOf(() => blobs.intake.keep("f1", parts, sha256));
  console.log(
    `304 MiB: log stored in ${stored.ms} ms, +${stored.mib} MiB; file checked and kept in ${kept.ms} ms, +${kept.mib} MiB`,
  );
  expect(await blobs.size(contentKey(sha256))).toBe(count * MIB);
  expect(stored.mib).toBeLessThan(128);
  expect(kept.mib).toBeLessThan(96);
});

async function* oneOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** How far memory grew at most while something was done. */
async function growthOf(act: () => Promise<boolean>): Promise<{ mib: number; ms: number }> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const begun = Date.now();
  expect(await act()).toBe(true);
  clearInterval(timer);
  return { mib: Math.round((most - before) / MIB), ms: Date.now() - begun };
}

async function sendAll(blobs: Blobs, parts: readonly PartPlace[], bytes: () => Buffer): Promise<void> {
  const addresses = (await blobs.intake.addresses("f1", parts, 60_000)) ?? [];
  for (const address of addresses) expect((await fetch(address, { method: "PUT", body: bytes() })).status).toBe(200);
}
