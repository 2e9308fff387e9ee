import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { MillwrightError } from "../../../../src/base/errors/millwright-error.ts";
import { systemClock } from "../../../../src/base/time/clock.ts";
import { type Blobs, contentKey, type PartPlace } from "../../../../src/controller/blobs/blobs.ts";
import { BucketBlobs } from "../../../../src/controller/blobs/bucket-blobs.ts";
import { openBlobs } from "../../../../src/controller/blobs/open-blobs.ts";
import { temporaryFolder } from "../../../support/controller.ts";
import { MemoryLedger } from "../../../support/memory-ledger.ts";
import { NO_RADOSGW, Radosgw } from "../../../support/radosgw.ts";
import { runCli } from "../../cli/run-cli.ts";
import { bucketOf, LATER } from "./opened.ts";

const MIB = 2 ** 20;
let server: Radosgw;

beforeAll(async () => {
  if (NO_RADOSGW === undefined) server = await Radosgw.start();
});
afterAll(() => server?.close());

const bucketTest = (title: string, run: () => Promise<void>) =>
  test(title, (context) => (NO_RADOSGW === undefined ? run() : context.skip(NO_RADOSGW)));

/** With what an opening is refused; it must hold no secret. */
async function refusal(address: string, credentialsFile: string, clock = systemClock): Promise<string> {
  const error = await openBlobs({ address, credentialsFile }, new MemoryLedger(), clock).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MillwrightError)) throw error ?? new Error("it was opened");
  const shown = JSON.stringify([error.failure, String(error.cause), error.stack]);
  for (const secret of [server.secretAccessKey, "anotherSecret", server.accessKeyId])
    expect(shown).not.toContain(secret);
  return error.code;
}

bucketTest("what is wrong with a bucket is told at once, by its name, without a secret", async () => {
  const address = await server.newBucket();
  const right = server.credentialsFile();
  expect(await refusal(address.replace("test-bucket-", "no-bucket-"), right)).toBe("BLOBS_BUCKET_MISSING");
  expect(await refusal(address, server.credentialsFile("anotherSecret"))).toBe("BLOBS_REFUSED");
  expect(await refusal(address, "/nowhere/credentials")).toBe("BLOBS_CREDENTIALS_MISSING");
  expect(await refusal(address.replace(/:\d+&/, ":1&"), right)).toBe("BLOBS_UNREACHABLE");
  expect(await refusal(address.replace(/endpoint=[^&]+/, "endpoint=http://nowhere.invalid"), right)).toBe(
    "BLOBS_UNREACHABLE",
  );
  expect(await refusal(address, right, LATER)).toBe("BLOBS_CLOCK_SKEW");
  expect(await refusal(`${address}&secret=1`, right)).toBe("BLOBS_ADDRESS_INVALID");
});

bucketTest("a server that takes connections and says nothing is given up in ten seconds", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const address = `s3://abc?pathStyle=1&endpoint=http://127.0.0.1:${port}`;
  const begun = Date.now();
  expect(await refusal(address, server.credentialsFile())).toBe("BLOBS_UNREACHABLE");
  expect(Date.now() - begun).toBeLessThan(15_000);
});

bucketTest("the command says it too, takes credentials of the environment, and never prints them", async () => {
  const address = await server.newBucket();
  const words = ["controller", "--data", temporaryFolder(), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const without = { AWS_EC2_METADATA_DISABLED: "true" };
  const none = await runCli([...words, "--blobs", address], { environment: without });
  expect(none.stderr).toContain("BLOBS_CREDENTIALS_MISSING");
  const wrong = { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: "anotherSecret" };
  const refused = await runCli([...words, "--blobs", address], { environment: wrong });
  expect(refused.stderr).toContain("BLOBS_REFUSED");
  expect([none.exitCode, refused.exitCode]).toEqual([5, 5]);
  const right = { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
  const to = [...words.slice(0, 1), "migrate-blobs", "--from", temporaryFolder(), "--to", address];
  const copied = await runCli(to, { environment: right });
  expect([copied.exitCode, copied.stdout]).toEqual([0, expect.stringContaining("0 copied (0 B), 0 were there")]);
  for (const { stdout, stderr } of [none, refused, copied]) {
    expect(stdout + stderr).not.toMatch(/anotherSecret|aSecretThat|TESTKEYID|NodeVersionSupport/);
  }
});

bucketTest("what is too large to be copied in one go is copied in stretches", async () => {
  const options = { address: await server.newBucket(), credentialsFile: server.credentialsFile() };
  const blobs = new BucketBlobs(bucketOf(options), new MemoryLedger(), 8 * MIB);
  const bytes = randomBytes(20 * MIB + 7);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await sendAll(blobs, [{ number: 1, offset: 0, size: bytes.length }], () => bytes);
  expect(await blobs.intake.keep("f1", [{ number: 1, offset: 0, size: bytes.length }], sha256)).toBe(true);
  const hash = createHash("sha256");
  for await (const piece of (await blobs.open(contentKey(sha256), 0, bytes.length - 1)) ?? [])
    hash.update(piece as Buffer);
  expect(hash.digest("hex")).toBe(sha256);
});

async function sendAll(blobs: Blobs, parts: readonly PartPlace[], bytes: () => Buffer): Promise<void> {
  const addresses = (await blobs.intake.addresses("f1", parts, 60_000)) ?? [];
  for (const address of addresses) expect((await fetch(address, { method: "PUT", body: bytes() })).status).toBe(200);
}
