import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sendArtifact } from "../../../../src/agent/uplink/artifact-uplink.ts";
import type { Failure } from "../../../../src/base/errors/millwright-error.ts";
import { logKey } from "../../../../src/controller/blobs/blobs.ts";
import { Sweeper } from "../../../../src/controller/retention/sweeper.ts";
import { type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, begunBuild, finishedBuild } from "../../../support/finished-build.ts";
import { NO_RADOSGW, Radosgw } from "../../../support/radosgw.ts";
import { LATER, openBucket, openedStore } from "./opened.ts";

let server: Radosgw;

beforeAll(async () => {
  if (NO_RADOSGW === undefined) server = await Radosgw.start();
});
afterEach(async () => {
  if (server && !server.gatewayRuns) await server.startGateway();
});
afterAll(() => server?.close());

const bucketTest = (title: string, run: () => Promise<void>) =>
  test(title, (context) => (NO_RADOSGW === undefined ? run() : context.skip(NO_RADOSGW)));

async function withBucket(address: string, data = temporaryFolder()): Promise<TestController> {
  const place = { blobs: address, blobsCredentials: server.credentialsFile() };
  return testController({ leftLogsMs: 100 }, data, undefined, place);
}

bucketTest(
  "a build ends while the bucket is away; its log is read from the store and moved once the bucket is back",
  async () => {
    const address = await server.newBucket();
    const controller = await withBucket(address);
    const agent = await agentWithApp(controller);
    const build = await begunBuild(controller, agent);
    await server.stopGateway();
    const log = "a line of the log\n".repeat(100_000);
    for (let at = 0; at < log.length; at += 1_000_000) {
      await agent.append(build.lease, build.jobToken, at, log.slice(at, at + 1_000_000));
    }
    expect(await agent.complete(build.lease, build.jobToken, `${log}?`)).not.toBe(1); // a log that isn't whole is still refused
    expect(await agent.complete(build.lease, build.jobToken, log)).toBe(1);
    expect((await controller.build(build.id)).status).toBe("success");
    const read = async () => (await controller.api("GET", `/builds/${build.id}/log`)).body as unknown as string;
    expect((await read()) === log).toBe(true);
    await server.startGateway();
    const blobs = await openBucket(server, address);
    await eventually("the log is in the bucket", () => blobs.has(logKey(build.lease.leaseId)));
    expect(await blobs.size(logKey(build.lease.leaseId))).toBe(log.length);
    expect((await read()) === log).toBe(true);
  },
);

bucketTest("an upload that finds the bucket away is tried until it is back", async () => {
  const controller = await withBucket(await server.newBucket());
  const agent = await agentWithApp(controller);
  const { id, lease, jobToken } = await begunBuild(controller, agent);
  await server.stopGateway();
  const folder = temporaryFolder();
  const bytes = randomBytes(20 * 2 ** 20);
  writeFileSync(join(folder, "demo.apk"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const artifact = { name: "demo.apk", kind: "apk" as const, size: bytes.length, sha256, metadata: {} };
  let retries = 0;
  const onRetry = () => {
    retries += 1;
  };
  const signal = new AbortController().signal;
  const sent = sendArtifact(artifact, { client: () => agent.client, lease, jobToken, folder, signal, onRetry });
  await eventually("it was tried again", () => retries >= 2, 60_000);
  await server.startGateway();
  const stored = await sent;
  expect(await agent.complete(lease, jobToken, "", { artifactIds: [stored] })).toBe(1);
  const url = `${controller.httpUrl}/api/v1/builds/${id}/artifacts/${stored}`;
  const got = await fetch(url, { headers: { authorization: `Bearer ${controller.adminToken}` } });
  expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
});

bucketTest("downloads and moved logs say that the bucket is away, and come when it is back", async () => {
  const data = temporaryFolder();
  const address = await server.newBucket();
  const controller = await withBucket(address, data);
  const agent = await agentWithApp(controller);
  const files = [{ name: "demo.apk", kind: "apk" as const, bytes: "the app" }];
  const { id, artifacts, lease } = await finishedBuild(controller, agent, { files, log: "the log\n" });
  const blobs = await openBucket(server, address);
  await eventually("the log is moved", () => blobs.has(logKey(lease.leaseId)));
  await eventually("that is known", async () => {
    const { store } = await openedStore(data, undefined, { address, credentialsFile: server.credentialsFile() });
    return (await store.leases.find(lease.leaseId))?.log_blob;
  });
  const paths = [`/builds/${id}/artifacts/${artifacts[0]}`, `/builds/${id}/log`];
  await server.stopGateway();
  for (const path of paths) {
    const answer = await controller.api("GET", path);
    const { error } = answer.body as { error: Failure };
    expect([answer.status, error.code, error.blame]).toEqual([503, "BLOBS_UNREACHABLE", "controller"]);
    expect(error.what).toContain(server.endpoint);
    expect(error.why).toContain("ECONNREFUSED");
    expect(JSON.stringify(answer.body)).not.toContain(server.accessKeyId);
  }
  expect((await fetch(`${controller.httpUrl}/readyz`)).status).toBe(200);
  expect((await controller.api("GET", `/builds/${id}`)).status).toBe(200);
  await controller.close();
  await expect(withBucket(address, data)).rejects.toMatchObject({ code: "BLOBS_UNREACHABLE" });
  await server.startGateway();
  const again = await withBucket(address, data);
  for (const path of paths) expect((await again.api("GET", path)).status).toBe(200);
});

bucketTest("a removal that finds the bucket away is done later, and holds nobody up", async () => {
  const data = temporaryFolder();
  const address = await server.newBucket();
  const controller = await withBucket(address, data);
  const agent = await agentWithApp(controller);
  const files = [{ name: "demo.apk", kind: "apk" as const, bytes: "the app" }];
  await finishedBuild(controller, agent, { files, log: "the log\n" });
  await controller.close();
  const parts = await openedStore(data, LATER, { address, credentialsFile: server.credentialsFile() });
  await server.stopGateway();
  await expect(new Sweeper(parts).sweep()).rejects.toMatchObject({ code: "BLOBS_UNREACHABLE" });
  await server.startGateway();
  expect(await new Sweeper(parts).sweep()).toMatchObject({ artifacts: 1, logs: 1 });
  const left: string[] = [];
  for await (const key of parts.blobs.keys("")) left.push(key);
  expect(left).toEqual([]);
});
