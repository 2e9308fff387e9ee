import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../../../src/agent/connection/controller-client.ts";
import { sendArtifact } from "../../../../src/agent/uplink/artifact-uplink.ts";
import { Api } from "../../../../src/cli/client/api.ts";
import { downloadArtifact } from "../../../../src/cli/client/download.ts";
import { contentKey, logKey } from "../../../../src/controller/blobs/blobs.ts";
import { arrivedParts } from "../../../../src/controller/blobs/bucket-uploads.ts";
import { abortUpload, beginUpload, finishUpload } from "../../../../src/controller/blobs/bucket-writing.ts";
import { Sweeper } from "../../../../src/controller/retention/sweeper.ts";
import type { BuildDetails } from "../../../../src/protocol/api.ts";
import type { CollectedArtifact } from "../../../../src/protocol/job-folder/result.ts";
import { type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, begunBuild, finishedBuild } from "../../../support/finished-build.ts";
import { breakingProxy } from "../../../support/http-proxy.ts";
import { NO_RADOSGW, Radosgw } from "../../../support/radosgw.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";
import { LATER, openBucket, openedStore } from "./opened.ts";

const MIB = 2 ** 20;
const never = new AbortController().signal;
let server: Radosgw;

beforeAll(async () => {
  if (NO_RADOSGW === undefined) server = await Radosgw.start();
});
afterAll(() => server?.close());

const bucketTest = (title: string, run: () => Promise<void>) =>
  test(title, (context) => (NO_RADOSGW === undefined ? run() : context.skip(NO_RADOSGW)));

const withBucket = (address: string, data = temporaryFolder()) =>
  testController({ leftLogsMs: 50 }, data, undefined, { blobs: address, blobsCredentials: server.credentialsFile() });

function file(bytes: Buffer, name = "demo.apk"): { folder: string; artifact: CollectedArtifact } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { folder, artifact: { name, kind: "apk", size: bytes.length, sha256, metadata: {} } };
}

type Begun = Awaited<ReturnType<typeof begunBuild>>;

function create(agent: ScriptedAgent, { lease, jobToken }: Begun, artifact: CollectedArtifact) {
  const { artifact: client } = agent.client;
  const { name, kind, size } = artifact;
  const request = { lease, name, kind, size, metadata: "{}", sha256: Buffer.from(artifact.sha256, "hex") };
  return call(client.create.bind(client), request, jobToken);
}

type Address = { url: string; size: number };
const partsOf = (created: { parts: Address[] }) => created.parts as unknown as [Address, Address, Address];

function commit(agent: ScriptedAgent, { lease, jobToken }: Begun, artifactId: string) {
  const { artifact: client } = agent.client;
  return call(client.commit.bind(client), { lease, artifactId }, jobToken, 60_000);
}

async function downloaded(controller: TestController, build: number, id: string, headers: Record<string, string> = {}) {
  const url = `${controller.httpUrl}/api/v1/builds/${build}/artifacts/${id}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${controller.adminToken}`, ...headers } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe.each(["a folder", "a bucket"])("artifacts in %s", (place) => {
  const skipped = place === "a folder" ? undefined : NO_RADOSGW;
  const open = async (target?: string) =>
    place === "a folder" ? testController() : withBucket(await server.newBucket("", target));

  test("40 MB go in parts, one of which breaks off; it is asked for again and the file is whole", async (context) => {
    if (skipped) context.skip(skipped);
    let broken = 0;
    const isSecond = (url = "") => url.includes("partNumber=2&") && broken++ === 0;
    const proxy = await breakingProxy(server?.endpoint ?? "http://127.0.0.1:1", ({ method, url }) => {
      return method === "PUT" && isSecond(url);
    });
    const controller = await open(proxy.url);
    const agent = await agentWithApp(controller);
    const build = await begunBuild(controller, agent);
    const bytes = randomBytes(40_000_000);
    const { folder, artifact } = file(bytes);
    let retries = 0;
    const onRetry = () => {
      retries += 1;
    };
    const options = { client: () => agent.client, lease: build.lease, jobToken: build.jobToken, folder, signal: never };
    const id = await sendArtifact(artifact, { ...options, onRetry });
    expect(await agent.complete(build.lease, build.jobToken, "", { artifactIds: [id] })).toBe(1);
    const whole = await downloaded(controller, build.id, id);
    expect(whole.bytes.equals(bytes)).toBe(true);
    const part = await downloaded(controller, build.id, id, { range: "bytes=20000000-" });
    expect([part.response.status, part.response.headers.get("content-range")]).toEqual([
      206,
      "bytes 20000000-39999999/40000000",
    ]);
    expect(part.bytes.equals(bytes.subarray(20_000_000))).toBe(true);
    if (place === "a folder") return;
    expect(retries).toBe(1);
    const puts = proxy.seen.filter((line) => line.includes("partNumber=")).map((line) => /Number=(\d)/.exec(line)?.[1]);
    expect([...new Set(puts)].sort()).toEqual(["1", "2", "3"]);
    expect(puts.filter((number) => number === "2").length).toBe(2);
  });

  test("a file whose SHA-256 is not the declared one is not kept, and may be sent again", async (context) => {
    if (skipped) context.skip(skipped);
    const controller = await open();
    const agent = await agentWithApp(controller);
    const build = await begunBuild(controller, agent);
    const bytes = randomBytes(17 * MIB);
    const { folder, artifact } = file(bytes);
    const created = await create(agent, build, artifact);
    for (const part of created.parts) {
      const wrong = Buffer.alloc(part.size, part.number);
      expect((await fetch(part.url, { method: "PUT", body: wrong })).ok).toBe(true);
    }
    expect(await commit(agent, build, created.artifactId)).toEqual({ complete: false, missing: [1, 2] });
    const { lease, jobToken } = build;
    await sendArtifact(artifact, { client: () => agent.client, lease, jobToken, folder, signal: never });
    expect(await commit(agent, build, created.artifactId)).toEqual({ complete: true, missing: [] });
  });

  test("the same content of one app is not sent twice, and goes with the last build that shows it", async (context) => {
    if (skipped) context.skip(skipped);
    const data = temporaryFolder();
    const address = place === "a folder" ? undefined : await server.newBucket();
    const controller = address === undefined ? await testController({}, data) : await withBucket(address, data);
    const agent = await agentWithApp(controller);
    const files = [{ name: "demo.apk", kind: "apk" as const, bytes: "the same" }];
    const first = await finishedBuild(controller, agent, { files, log: "one\n" });
    const second = await begunBuild(controller, agent);
    const { artifact } = file(Buffer.from("the same"));
    const created = await create(agent, second, artifact);
    expect(created).toMatchObject({ complete: true, parts: [] });
    await agent.complete(second.lease, second.jobToken, "", { artifactIds: [created.artifactId] });
    expect((await downloaded(controller, second.id, created.artifactId)).bytes.toString()).toBe("the same");
    const bucket = address === undefined ? undefined : await openBucket(server, address);
    if (bucket) await eventually("the log is moved", () => bucket.has(logKey(first.lease.leaseId)));
    await controller.close();
    const parts = await openedStore(
      data,
      LATER,
      address === undefined ? undefined : { address, credentialsFile: server.credentialsFile() },
    );
    expect(await parts.blobs.has(contentKey(artifact.sha256))).toBe(true);
    expect(await parts.blobs.has(logKey(first.lease.leaseId))).toBe(true);
    expect(await new Sweeper(parts).sweep()).toEqual({ artifacts: 2, logs: 2, deliveries: 0, uploads: 0 });
    const left: string[] = [];
    for await (const key of parts.blobs.keys("")) left.push(key);
    expect(left.filter((key) => key !== ".millwright-store")).toEqual([]); // the mark of a shared folder
  });
});

bucketTest(
  "an upload goes on where it was after the controller was started anew, also in the middle of a commit",
  async () => {
    const data = temporaryFolder();
    const address = await server.newBucket();
    const before = await withBucket(address, data);
    const agent = await agentWithApp(before);
    const build = await begunBuild(before, agent);
    const bytes = randomBytes(33 * MIB);
    const { folder, artifact } = file(bytes);
    const created = await create(agent, build, artifact);
    const [first, second, third] = partsOf(created);
    expect(new URL(first.url).origin).toBe(server.endpoint);
    expect((await fetch(second.url, { method: "PUT", body: bytes.subarray(16 * MIB, 32 * MIB) })).status).toBe(200);
    await before.close();
    const after = await withBucket(address, data);
    const again = Object.assign(agent, { client: new ScriptedAgent(after).client });
    const missing = (await create(again, build, artifact)).parts;
    expect(missing.map(({ number }) => number)).toEqual([1, 3]);
    // Addresses that were given out before are good still.
    expect((await fetch(first.url, { method: "PUT", body: bytes.subarray(0, 16 * MIB) })).status).toBe(200);
    expect((await fetch(third.url, { method: "PUT", body: bytes.subarray(32 * MIB) })).status).toBe(200);
    // A commit that broke off after the parts were put together.
    await putTogether(data, address, created.artifactId, bytes.length);
    expect((await create(again, build, artifact)).parts).toEqual([]);
    // From then on the addresses can't change the file any more.
    expect((await fetch(first.url, { method: "PUT", body: randomBytes(16 * MIB) })).status).toBe(404);
    const { lease, jobToken } = build;
    const id = await sendArtifact(artifact, { client: () => again.client, lease, jobToken, folder, signal: never });
    expect(id).toBe(created.artifactId);
    await again.complete(lease, jobToken, "", { artifactIds: [id] });
    expect((await downloaded(after, build.id, id)).bytes.equals(bytes)).toBe(true);
    const blobs = await openBucket(server, address);
    const keys: string[] = [];
    for await (const key of blobs.keys("")) keys.push(key);
    expect(keys).toEqual([contentKey(artifact.sha256)]); // nothing is left of its arrival
  },
);

bucketTest("a part that the bucket lost is asked for again, and so is a whole upload that it gave up", async () => {
  const address = await server.newBucket();
  const data = temporaryFolder();
  const controller = await withBucket(address, data);
  const agent = await agentWithApp(controller);
  const build = await begunBuild(controller, agent);
  const { folder, artifact } = file(randomBytes(20 * MIB));
  const created = await create(agent, build, artifact);
  expect(created.parts.length).toBe(2);
  const parts = await openedStore(data, LATER, { address, credentialsFile: server.credentialsFile() });
  const upload = (await parts.store.uploads.find(created.artifactId)) ?? "";
  await abortUpload(parts.bucket, `incoming/${created.artifactId}`, upload);
  expect((await create(agent, build, artifact)).parts.length).toBe(2);
  const { lease, jobToken } = build;
  const id = await sendArtifact(artifact, { client: () => agent.client, lease, jobToken, folder, signal: never });
  expect(id).toBe(created.artifactId);
});

bucketTest("an address that was changed, or is meant for another part, is refused by the bucket", async () => {
  const controller = await withBucket(await server.newBucket());
  const agent = await agentWithApp(controller);
  const build = await begunBuild(controller, agent);
  const { artifact } = file(randomBytes(20 * MIB));
  const [part] = partsOf(await create(agent, build, artifact));
  const body = randomBytes(part.size);
  const statusOf = async (url: string, bytes: Buffer = body) =>
    (await fetch(url, { method: "PUT", body: bytes })).status;
  const signature = new URL(part.url).searchParams.get("X-Amz-Signature") ?? "";
  expect(
    await statusOf(
      part.url.replace(
        signature,
        signature.replace(/^./, (c) => (c === "0" ? "1" : "0")),
      ),
    ),
  ).toBe(403);
  expect(await statusOf(part.url.replace("partNumber=1", "partNumber=2"))).toBe(403);
  expect(await statusOf(part.url.replace(/incoming\/[^?]+/, "content/aa/x"))).toBe(403);
  expect(await statusOf(part.url, body.subarray(1))).toBe(403);
  expect(part.url).toContain("X-Amz-Expires=3600");
  expect(part.url).not.toContain(server.secretAccessKey);
  expect(await statusOf(part.url)).toBe(200);
});

bucketTest(
  "with redirect=1 a download is sent on to the bucket, where it has its name, and the CLI follows",
  async () => {
    const controller = await withBucket(await server.newBucket("&redirect=1"));
    const agent = await agentWithApp(controller);
    const bytes = randomBytes(300_000);
    const { id, artifacts } = await finishedBuild(controller, agent, {
      files: [{ name: "demo.apk", kind: "apk", bytes }],
    });
    const path = `/api/v1/builds/${id}/artifacts/${artifacts[0]}`;
    const headers = { authorization: `Bearer ${controller.adminToken}` };
    const sentOn = await fetch(controller.httpUrl + path, { headers, redirect: "manual" });
    const location = sentOn.headers.get("location") ?? "";
    expect([sentOn.status, new URL(location).origin]).toEqual([302, server.endpoint]);
    const there = await fetch(location, { headers: { range: "bytes=299990-" } });
    expect([there.status, there.headers.get("content-disposition")]).toEqual([206, "attachment; filename=demo.apk"]);
    expect(Buffer.from(await there.arrayBuffer()).equals(bytes.subarray(299_990))).toBe(true);
    const build = (await controller.api("GET", `/builds/${id}`)).body as BuildDetails;
    const folder = temporaryFolder();
    const file = await downloadArtifact(
      new Api({ url: controller.httpUrl, token: controller.adminToken }),
      { build: id, artifact: build.artifacts[0] as never, folder, onProgress: () => {} },
      { signal: never, patienceMs: 1_000, onOutage: () => {} },
    );
    expect(file?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  },
);

bucketTest("uploads that nobody goes on with are given up by the sweeper; those of running builds stay", async () => {
  const data = temporaryFolder();
  const address = await server.newBucket();
  const controller = await withBucket(address, data);
  const agent = await agentWithApp(controller);
  const [running, ended] = [await begunBuild(controller, agent), await begunBuild(controller, agent)];
  const { artifact } = file(randomBytes(20 * MIB));
  const [kept] = partsOf(await create(agent, running, artifact));
  const left = await create(agent, ended, artifact);
  for (const part of left.parts) await fetch(part.url, { method: "PUT", body: randomBytes(part.size) });
  await agent.complete(ended.lease, ended.jobToken, "");
  const parts = await openedStore(data, undefined, { address, credentialsFile: server.credentialsFile() });
  await beginUpload(parts.bucket, "logs/aa/of-a-controller-that-was-killed");
  expect(await parts.blobs.intake.dropLeftovers(Date.now() - 86_400_000)).toBe(1);
  expect(await parts.blobs.intake.dropLeftovers(Date.now() + 60_000)).toBe(1);
  expect(await parts.blobs.intake.dropLeftovers(Date.now() + 60_000)).toBe(0);
  expect((await fetch(kept.url, { method: "PUT", body: randomBytes(kept.size) })).status).toBe(200);
  expect((await fetch(left.parts[0]?.url ?? "", { method: "PUT", body: randomBytes(16 * MIB) })).status).toBe(404);
});

/** What a commit does first. */
async function putTogether(data: string, address: string, artifact: string, size: number): Promise<void> {
  const { store, bucket } = await openedStore(data, undefined, { address, credentialsFile: server.credentialsFile() });
  const upload = (await store.uploads.find(artifact)) ?? "";
  const parts = [...((await arrivedParts(bucket, `incoming/${artifact}`, upload)) ?? [])];
  const list = parts.map(([PartNumber, { tag }]) => ({ PartNumber, ETag: tag }));
  await finishUpload(bucket, `incoming/${artifact}`, upload, list, size);
}
