import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { call } from "../../../src/agent/connection/controller-client.ts";
import { sendArtifact } from "../../../src/agent/uplink/artifact-uplink.ts";
import type { LeaseRef } from "../../../src/protocol/job-folder/spec.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

async function runningBuild(controller: TestController) {
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
  const lease = (await agent.sync()).offers[0]?.lease as LeaseRef;
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  return { agent, lease, jobToken };
}

function artifactFile(bytes: Buffer) {
  const folder = mkdtempSync(join(tmpdir(), "millwright-artifact-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "app.zip"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    folder,
    artifact: { name: "app.zip", kind: "www" as const, size: bytes.length, sha256, metadata: { files: 3 } },
  };
}

const never = new AbortController().signal;

test("a file of several parts arrives whole, is shown after the build's end, and is served by range", async () => {
  const controller = await testController();
  const { agent, lease, jobToken } = await runningBuild(controller);
  const bytes = randomBytes(40 * 2 ** 20);
  const { folder, artifact } = artifactFile(bytes);
  const options = { client: () => agent.client, lease, jobToken, folder, signal: never };
  const id = await sendArtifact(artifact, options);
  expect(await sendArtifact(artifact, options)).toBe(id);
  expect((await controller.build(1)).artifacts).toEqual([]);
  expect(await agent.complete(lease, jobToken, "", { artifactIds: [id, "f00"] })).toBe(4);
  expect(await agent.complete(lease, jobToken, "", { artifactIds: [id] })).toBe(1);

  const shown = (await controller.build(1)).artifacts[0];
  expect(shown).toMatchObject({
    id,
    name: "app.zip",
    size: bytes.length,
    sha256: artifact.sha256,
    metadata: { files: 3 },
  });
  const headers = { authorization: `Bearer ${controller.adminToken}` };
  const url = `${controller.httpUrl}/api/v1/builds/1/artifacts/${id}`;
  const whole = await fetch(url, { headers });
  expect(whole.headers.get("content-disposition")).toBe("attachment; filename=app.zip");
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  const part = await fetch(url, { headers: { ...headers, range: "bytes=1000-1999" } });
  expect(part.status).toBe(206);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 2000))).toBe(true);
});

test("the same content is not sent twice for one app", async () => {
  const controller = await testController();
  const first = await runningBuild(controller);
  const { folder, artifact } = artifactFile(randomBytes(100_000));
  const { agent } = first;
  const options = { client: () => agent.client, folder, signal: never };
  const id = await sendArtifact(artifact, { ...options, lease: first.lease, jobToken: first.jobToken });
  await agent.complete(first.lease, first.jobToken, "", { artifactIds: [id] });
  await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
  const lease = (await agent.sync()).offers[0]?.lease as LeaseRef;
  const { jobToken } = await agent.accept(lease);
  const client = agent.client.artifact;
  const declaration = { lease, name: "again.zip", kind: "www", size: 100_000, metadata: "{}" };
  const sha256 = Buffer.from(artifact.sha256, "hex");
  const created = await call(client.create.bind(client), { ...declaration, sha256 }, jobToken);
  expect(created).toMatchObject({ complete: true, parts: [] });
});

test("parts that were damaged on their way are asked for again", async () => {
  const controller = await testController();
  const { agent, lease, jobToken } = await runningBuild(controller);
  const bytes = randomBytes(20 * 2 ** 20);
  const { folder, artifact } = artifactFile(bytes);
  const client = agent.client.artifact;
  const declaration = { lease, name: artifact.name, kind: "www", size: bytes.length, metadata: "{}" };
  const sha256 = Buffer.from(artifact.sha256, "hex");
  const created = await call(client.create.bind(client), { ...declaration, sha256 }, jobToken);
  expect(created.parts.map((part) => part.size)).toEqual([16 * 2 ** 20, 4 * 2 ** 20]);
  for (const part of created.parts) {
    const wrong = Buffer.alloc(part.size, part.number);
    expect((await fetch(part.url, { method: "PUT", body: wrong })).status).toBe(204);
  }
  const commit = { lease, artifactId: created.artifactId };
  expect(await call(client.commit.bind(client), commit, jobToken)).toEqual({ complete: false, missing: [1, 2] });
  const short = await fetch(created.parts[0]?.url ?? "", { method: "PUT", body: Buffer.alloc(5) });
  expect(short.status).toBe(400);
  await sendArtifact(artifact, { client: () => agent.client, lease, jobToken, folder, signal: never });
  expect(await call(client.commit.bind(client), commit, jobToken)).toEqual({ complete: true, missing: [] });
});

test("an upload under a lease that is over, and an address that was changed, are refused", async () => {
  const controller = await testController();
  const { agent, lease, jobToken } = await runningBuild(controller);
  const client = agent.client.artifact;
  const declaration = { lease, name: "app.zip", kind: "www", size: 3, sha256: Buffer.alloc(32), metadata: "{}" };
  const created = await call(client.create.bind(client), declaration, jobToken);
  const url = created.parts[0]?.url ?? "";
  expect((await fetch(`${url.slice(0, -2)}xx`, { method: "PUT", body: "abc" })).status).toBe(401);
  for (const name of ["../x", "a/b", ".hidden", "", "a b"]) {
    await expect(call(client.create.bind(client), { ...declaration, name }, jobToken)).rejects.toThrow(/not allowed/);
  }
  await agent.complete(lease, jobToken, "");
  expect((await fetch(url, { method: "PUT", body: "abc" })).status).toBe(409);
  await expect(call(client.create.bind(client), declaration, jobToken)).rejects.toThrow(/no longer valid/);
});
