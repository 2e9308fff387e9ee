import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sendArtifact } from "../../../src/agent/uplink/artifact-uplink.ts";
import { failureOf } from "../../../src/base/errors/millwright-error.ts";
import type { ArtifactKind } from "../../../src/protocol/job-folder/result.ts";
import type { LeaseRef } from "../../../src/protocol/job-folder/spec.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { type Answer, type Asking, ionic } from "./ionic-requests.ts";

/** Outcomes as the agents' protocol wants them. */
export const FAILED = {
  outcome: "failed",
  failure: Buffer.from(JSON.stringify(failureOf("JAVA_ERROR", { file: "A.java", line: "1", message: "broken" }))),
};
/** Of a kind that is tried again. */
export const HOST_FAILED = {
  outcome: "failed",
  failure: Buffer.from(JSON.stringify(failureOf("DISK_NEARLY_FULL", {}))),
};

/** A controller with an app, and a scripted agent that takes its builds. */
export async function scene(controller?: TestController) {
  const own = controller ?? (await testController());
  const added = await own.api("POST", "/apps", { name: "demo", gitUrl: "https://git.test/demo.git" });
  const app = (added.body as { id: string }).id;
  const agent = new ScriptedAgent(own);
  await agent.open();
  const ask = (body: object = {}) =>
    ionic(own, "POST", `/apps/${app}/packages/verbose_post`, {
      platform: "android",
      build_type: "debug",
      commit_sha: "main",
      ...body,
    });
  const poll = (build = 1, asking: Asking = {}): Promise<Answer> =>
    ionic(own, "GET", `/apps/${app}/packages/${build}`, undefined, asking);
  return { controller: own, app, agent, ask, poll };
}

/** The agent takes the next offer and begins. */
export async function begin(agent: ScriptedAgent) {
  const lease = (await agent.sync()).offers[0]?.lease as LeaseRef;
  const { jobToken } = await agent.accept(lease);
  await agent.begin(lease, jobToken);
  return { lease, jobToken };
}

/** Sends a file as an agent does; answers its id. */
export async function sendFile(
  agent: ScriptedAgent,
  { lease, jobToken }: { lease: LeaseRef; jobToken: string },
  name: string,
  kind: ArtifactKind,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-artifact-"));
  try {
    const bytes = Buffer.from(`the bytes of ${name}`);
    writeFileSync(join(folder, name), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const signal = new AbortController().signal;
    const artifact = { name, kind, size: bytes.length, sha256, metadata: {} };
    return await sendArtifact(artifact, { client: () => agent.client, lease, jobToken, folder, signal });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
