import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { sendArtifact } from "../../src/agent/uplink/artifact-uplink.ts";
import type { ArtifactKind, CollectedArtifact } from "../../src/protocol/job-folder/result.ts";
import type { LeaseRef } from "../../src/protocol/job-folder/spec.ts";
import type { TestController } from "./controller.ts";
import { ScriptedAgent } from "./scripted-agent.ts";

export interface BuiltFile {
  name: string;
  kind: ArtifactKind;
  bytes: Buffer | string;
  metadata?: CollectedArtifact["metadata"];
}

/** An agent sends no more of a log at a time. */
const MOST_OF_LOG = 2 ** 20;

export const DEPLOY = { kind: "deploy", commit: "main" };

/** A controller's agent with an app `demo`, for builds without work. */
export async function agentWithApp(controller: TestController, app: object = {}): Promise<ScriptedAgent> {
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const request = { name: "demo", gitUrl: "https://example.test/demo.git", ...app };
  expect((await controller.api("POST", "/apps", request)).status).toBe(201);
  return agent;
}

/** A build that an agent has begun. */
export async function begunBuild(controller: TestController, agent: ScriptedAgent, request: object = DEPLOY) {
  const asked = await controller.api("POST", "/apps/demo/builds", request);
  expect(asked.status).toBe(201);
  const { id } = asked.body as { id: number };
  const offer = (await agent.sync()).offers.find(({ lease }) => lease?.buildId === id);
  const lease = offer?.lease as LeaseRef;
  const { jobToken, spec } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  return { id, lease, jobToken, spec };
}

/** Sends files of a build as its agent would; answers their ids. */
export async function sendFiles(
  agent: ScriptedAgent,
  { lease, jobToken }: { lease: LeaseRef; jobToken: string },
  files: readonly BuiltFile[],
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-files-"));
  try {
    const ids: string[] = [];
    for (const { name, kind, bytes, metadata = {} } of files) {
      const content = Buffer.from(bytes);
      writeFileSync(join(folder, name), content);
      const sha256 = createHash("sha256").update(content).digest("hex");
      const artifact = { name, kind, size: content.length, sha256, metadata };
      const signal = new AbortController().signal;
      ids.push(await sendArtifact(artifact, { client: () => agent.client, lease, jobToken, folder, signal }));
    }
    return ids;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends a log in pieces, as an agent does; `at` is how much of it was sent before. */
export async function sendLog(
  agent: ScriptedAgent,
  { lease, jobToken }: { lease: LeaseRef; jobToken: string },
  log: string,
  at = 0,
): Promise<void> {
  const bytes = Buffer.from(log);
  for (let from = 0; from < bytes.length; from += MOST_OF_LOG) {
    await agent.appendBytes(lease, jobToken, at + from, bytes.subarray(from, from + MOST_OF_LOG));
  }
}

/** A build that ended well, with these files and this log. */
export async function finishedBuild(
  controller: TestController,
  agent: ScriptedAgent,
  { request = DEPLOY, files = [], log = "" }: { request?: object; files?: readonly BuiltFile[]; log?: string } = {},
): Promise<{ id: number; artifacts: string[]; lease: LeaseRef }> {
  const build = await begunBuild(controller, agent, request);
  const artifacts = await sendFiles(agent, build, files);
  await sendLog(agent, build, log);
  expect(await agent.complete(build.lease, build.jobToken, log, { artifactIds: artifacts })).toBe(1);
  return { id: build.id, artifacts, lease: build.lease };
}
