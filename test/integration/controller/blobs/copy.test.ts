import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../../src/base/time/clock.ts";
import { type Blobs, contentKey } from "../../../../src/controller/blobs/blobs.ts";
import { copyBlobs } from "../../../../src/controller/blobs/copy-blobs.ts";
import { openBlobs } from "../../../../src/controller/blobs/open-blobs.ts";
import { temporaryFolder } from "../../../support/controller.ts";
import { MemoryLedger } from "../../../support/memory-ledger.ts";
import { NO_RADOSGW, Radosgw } from "../../../support/radosgw.ts";
import { runCli } from "../../cli/run-cli.ts";
import { openBucket } from "./opened.ts";

let server: Radosgw;

beforeAll(async () => {
  if (NO_RADOSGW === undefined) server = await Radosgw.start();
});
afterAll(() => server?.close());

const bucketTest = (title: string, run: () => Promise<void>) =>
  test(title, (context) => (NO_RADOSGW === undefined ? run() : context.skip(NO_RADOSGW)));

async function put(blobs: Blobs, key: string, bytes: Buffer): Promise<void> {
  const one = async function* () {
    yield bytes;
  };
  await blobs.store(key, one(), () => true);
}

async function everything(blobs: Blobs): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const key of blobs.keys("")) {
    const size = (await blobs.size(key)) ?? 0;
    const stream = size > 0 ? await blobs.open(key, 0, size - 1) : undefined;
    all[key] = createHash("sha256")
      .update(stream ? await buffer(stream) : "")
      .digest("hex");
  }
  return all;
}

/** A folder with files and logs of several sizes. */
async function filledFolder(): Promise<{ folder: string; blobs: Blobs; keys: string[] }> {
  const folder = temporaryFolder();
  const blobs = await openBlobs({ address: folder }, new MemoryLedger(), systemClock);
  const keys: string[] = [];
  for (const size of [0, 10, 100_000, 20 * 2 ** 20]) {
    const bytes = randomBytes(size);
    const key = contentKey(createHash("sha256").update(bytes).digest("hex"));
    await put(blobs, key, bytes);
    await put(blobs, `logs/aa/l${size}`, randomBytes(size));
    keys.push(key, `logs/aa/l${size}`);
  }
  return { folder, blobs, keys };
}

bucketTest("files go from a folder to a bucket and back, and a second run finds them all the same", async () => {
  const { blobs: folder } = await filledFolder();
  const bucket = await openBucket(server, await server.newBucket());
  expect(await copyBlobs(folder, bucket)).toMatchObject({ copied: 8, there: 0, wrong: [] });
  const all = await everything(folder);
  expect(await everything(bucket)).toEqual(all);
  expect(await copyBlobs(folder, bucket)).toEqual({ copied: 0, copiedBytes: 0, there: 8, wrong: [] });
  const back = await openBlobs({ address: temporaryFolder() }, new MemoryLedger(), systemClock);
  expect(await copyBlobs(bucket, back)).toMatchObject({ copied: 8, wrong: [] });
  expect(await everything(back)).toEqual(all);
});

bucketTest("a run that was broken off is gone on with; what is there but differs is replaced", async () => {
  const { blobs: folder, keys } = await filledFolder();
  const bucket = await openBucket(server, await server.newBucket());
  let count = 0;
  const breaking = Object.create(bucket, {
    store: {
      value: (...args: Parameters<Blobs["store"]>) => {
        count += 1;
        if (count === 4) throw new Error("the connection is gone");
        return bucket.store(...args);
      },
    },
  }) as Blobs;
  await expect(copyBlobs(folder, breaking)).rejects.toThrow("the connection is gone");
  const before = Object.keys(await everything(bucket)).length;
  expect(before).toBeLessThan(8);
  const [same = ""] = keys.filter((key) => key.startsWith("logs/") && key.endsWith("l10"));
  await put(bucket, same, randomBytes(10)); // as long, but other bytes
  const report = await copyBlobs(folder, bucket);
  expect(report.copied + report.there).toBe(8);
  expect(await everything(bucket)).toEqual(await everything(folder));
});

bucketTest("a file that is damaged where it comes from isn't copied and is named, by the command too", async () => {
  const { folder, blobs, keys } = await filledFolder();
  const [damaged = ""] = keys.filter((key) => key.startsWith("content/")).slice(2);
  writeFileSync(join(folder, damaged), randomBytes(100_000));
  const address = await server.newBucket();
  const credentials = server.credentialsFile();
  const words = ["controller", "migrate-blobs", "--from", folder, "--to", address, "--to-credentials", credentials];
  const first = await runCli(words);
  expect([first.exitCode, first.stdout]).toEqual([5, ""]);
  expect(first.stderr).toContain("BLOBS_COPY_DIFFERS");
  expect(first.stderr).toContain(damaged);
  const bucket = await openBucket(server, address);
  expect(await bucket.has(damaged)).toBe(false);
  await blobs.remove(damaged);
  const second = await runCli([...words, "--sizes-only", "--json"]);
  expect(second.exitCode).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({ copied: 0, there: 7, wrong: [] });
});
