import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { bearer, ControllerClient, call } from "../../src/agent/connection/controller-client.ts";
import { readTrust } from "../../src/agent/connection/trust.ts";
import { sendArtifact } from "../../src/agent/uplink/artifact-uplink.ts";
import type { OpenSessionResponse } from "../../src/protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseRef } from "../../src/protocol/job-folder/spec.ts";

const CAPABILITY = {
  os: "linux",
  osVersion: "12",
  arch: "x64",
  cores: 2,
  memoryBytes: 2 ** 33,
  diskFreeBytes: 2 ** 35,
  toolchains: [],
  platforms: ["web", "android"].map((platform) => ({ platform, supported: true, lacking: "" })),
  targetPlatforms: ["Linux - 2026.10"],
};

/** An agent without work: it makes builds run and end, with logs and files. */
export class IdleAgent {
  private readonly client: ControllerClient;
  private readonly token: string;
  private session!: OpenSessionResponse;

  constructor(address: string, token: string, caFile: string) {
    this.client = new ControllerClient(address, [], readTrust({ address, tls: true, caFile }));
    this.token = token;
  }

  async open(): Promise<void> {
    const { control } = this.client;
    const ids = { agentName: "idle", machineId: "m1", bootId: "b1", processInstanceId: "p1", agentVersion: "0.0.0" };
    const request = { ...ids, protocolMin: 1, protocolMax: 1, capability: CAPABILITY, slots: 8, held: [] };
    this.session = await call(control.openSession.bind(control), request, this.token);
  }

  close(): void {
    this.client.close();
  }

  /** Takes the build that waits first, and begins it. */
  async begin(): Promise<{ lease: LeaseRef; jobToken: string }> {
    const { control, lease: leases } = this.client;
    const { sessionId, sessionEpoch } = this.session;
    const said = { state: 1 as const, unhealthyReasons: [], freeSlots: 1, leases: [], diskFreeBytes: 2 ** 35 };
    const request = { sessionId, sessionEpoch, ...said, capability: undefined };
    const { offers } = await call(control.sync.bind(control), request, this.token);
    const lease = offers.find((offer) => offer.lease)?.lease;
    if (!lease) throw new Error("the agent was offered no build");
    const taken = { lease, sessionId, sessionEpoch, declineReason: "" };
    const { jobToken } = await call(leases.accept.bind(leases), taken, this.token);
    const event = {
      seq: 1,
      atMs: Date.now(),
      kind: "step-started",
      step: "fetch",
      title: "Fetch",
      outcome: "",
      detail: "",
    };
    await call(leases.reportEvents.bind(leases), { lease, events: [event] }, jobToken);
    return { lease, jobToken };
  }

  log({ lease, jobToken }: { lease: LeaseRef; jobToken: string }, text: string): Promise<void> {
    const stream = this.client.log.append(bearer(jobToken));
    const data = Buffer.from(text);
    return new Promise((resolve, reject) => {
      stream.on("error", reject).on("data", () => {
        resolve();
        stream.end();
      });
      stream.write({ lease, offset: 0, data, crc32: crc32(data) });
    });
  }

  /** Ends the build well, with one file and this log. */
  async finish(build: { lease: LeaseRef; jobToken: string }, text: string): Promise<void> {
    const artifact = await this.send(build, `${text}.zip`, text);
    await this.log(build, text);
    const { lease: leases } = this.client;
    const log = { logLength: Buffer.byteLength(text), logSha256: createHash("sha256").update(text).digest() };
    const times = { startedAtMs: 1, finishedAtMs: 2, logTruncated: false, lastEventSeq: 1 };
    const outcome = { outcome: "success", failure: Buffer.alloc(0), artifactIds: [artifact] };
    await call(leases.complete.bind(leases), { lease: build.lease, ...outcome, ...log, ...times }, build.jobToken);
  }

  private async send({ lease, jobToken }: { lease: LeaseRef; jobToken: string }, name: string, text: string) {
    const folder = mkdtempSync(join(tmpdir(), "millwright-fuzz-file-"));
    try {
      writeFileSync(join(folder, name), text);
      const sha256 = createHash("sha256").update(text).digest("hex");
      const artifact = { name, kind: "www" as const, size: Buffer.byteLength(text), sha256, metadata: {} };
      const signal = AbortSignal.timeout(30_000);
      return await sendArtifact(artifact, { client: () => this.client, lease, jobToken, folder, signal });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
