import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { onTestFinished } from "vitest";
import { bearer, ControllerClient, call } from "../../src/agent/connection/controller-client.ts";
import { readTrust, type Trust } from "../../src/agent/connection/trust.ts";
import type {
  Capability,
  LeaseReport,
  LogAck,
  OpenSessionResponse,
  SyncResponse,
} from "../../src/protocol/generated/millwright/agent/v1/agent.ts";
import type { JobSpec, LeaseRef } from "../../src/protocol/job-folder/spec.ts";
import type { TestController } from "./controller.ts";

const CAPABILITY: Capability = {
  os: "linux",
  osVersion: "12",
  arch: "x64",
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  diskFreeBytes: 50 * 2 ** 30,
  toolchains: [],
  platforms: [
    { platform: "web", supported: true, lacking: "" },
    { platform: "android", supported: true, lacking: "" },
    { platform: "ios", supported: false, lacking: "not a Mac" },
  ],
  targetPlatforms: ["Linux - 2026.10"],
};

/** Whom an agent of this controller believes. */
export function trusting({ grpcAddress, caFile }: Pick<TestController, "grpcAddress" | "caFile">): Trust {
  return readTrust({ address: grpcAddress, tls: caFile !== undefined, caFile: caFile ?? "" });
}

/** Speaks the agents' protocol step by step as a test tells it: real calls, no loop of its own. */
export class ScriptedAgent {
  readonly client: ControllerClient;
  token: string;
  /** What it says of its host when it opens a session. */
  capability: Capability = CAPABILITY;
  /** Of its process: another one after a restart. */
  instanceId = "p1";
  session!: OpenSessionResponse;

  constructor(controller: Pick<TestController, "grpcAddress" | "agentToken" | "caFile">) {
    this.client = new ControllerClient(controller.grpcAddress, [], trusting(controller));
    this.token = controller.agentToken;
    onTestFinished(() => this.client.close());
  }

  async open(name = "scripted", machineId = "m1", slots = 2): Promise<OpenSessionResponse> {
    const { control } = this.client;
    const request = {
      agentName: name,
      machineId,
      bootId: "b1",
      processInstanceId: this.instanceId,
      agentVersion: "0.0.0",
      protocolMin: 1,
      protocolMax: 1,
      capability: this.capability,
      slots,
      held: [],
    };
    this.session = await call(control.openSession.bind(control), request, this.token);
    return this.session;
  }

  sync(leases: LeaseReport[] = [], freeSlots = 2, capability?: Capability): Promise<SyncResponse> {
    const { control } = this.client;
    const { sessionId, sessionEpoch } = this.session;
    const request = {
      sessionId,
      sessionEpoch,
      state: 1 as const,
      unhealthyReasons: [],
      freeSlots,
      leases,
      capability,
      diskFreeBytes: 1,
    };
    return call(control.sync.bind(control), request, this.token);
  }

  /** One exchange in which it says that it takes nothing more. */
  async say(state: "draining" | "unhealthy"): Promise<void> {
    const { control } = this.client;
    const { sessionId, sessionEpoch } = this.session;
    const said = { state: state === "draining" ? (2 as const) : (3 as const), unhealthyReasons: [], freeSlots: 0 };
    const request = { sessionId, sessionEpoch, ...said, leases: [], capability: undefined, diskFreeBytes: 1 };
    await call(control.sync.bind(control), request, this.token);
  }

  async closeSession(): Promise<void> {
    const { control } = this.client;
    const { sessionId, sessionEpoch } = this.session;
    await call(control.closeSession.bind(control), { sessionId, sessionEpoch, reason: "it is stopped" }, this.token);
  }

  /** Opens the stream that wakes an agent; answers how often it was woken since. */
  watch(): () => number {
    const { sessionId, sessionEpoch } = this.session;
    const stream = this.client.control.watch({ sessionId, sessionEpoch }, bearer(this.token));
    let woken = 0;
    stream.on("data", () => {
      woken += 1;
    });
    stream.on("error", () => {}); // it ends with the controller
    onTestFinished(() => stream.cancel());
    return () => woken;
  }

  async accept(lease: LeaseRef): Promise<{ spec: JobSpec; jobToken: string }> {
    const client = this.client.lease;
    const { sessionId, sessionEpoch } = this.session;
    const request = { lease, sessionId, sessionEpoch, declineReason: "" };
    const answer = await call(client.accept.bind(client), request, this.token);
    return { spec: JSON.parse(answer.jobSpec.toString()) as JobSpec, jobToken: answer.jobToken };
  }

  /** Reports one event: the first step began. */
  begin(lease: LeaseRef, jobToken: string): Promise<void> {
    return this.report(lease, jobToken, { seq: 1, kind: "step-started" });
  }

  /** Reports the next event: the commit is known. */
  fetched(lease: LeaseRef, jobToken: string, sha: string, message = ""): Promise<void> {
    return this.report(lease, jobToken, { seq: 2, kind: "commit", title: message, detail: sha });
  }

  private async report(
    lease: LeaseRef,
    jobToken: string,
    what: { seq: number; kind: string; title?: string; detail?: string },
  ) {
    const client = this.client.lease;
    const event = { atMs: Date.now(), step: "fetch", title: "Fetch", outcome: "", detail: "", ...what };
    await call(client.reportEvents.bind(client), { lease, events: [event] }, jobToken);
  }

  /** Appends on a stream of its own and answers the acknowledged offset. */
  append(lease: LeaseRef, jobToken: string, offset: number, text: string, checksum?: number): Promise<number> {
    return this.appendBytes(lease, jobToken, offset, Buffer.from(text), checksum);
  }

  appendBytes(lease: LeaseRef, jobToken: string, offset: number, data: Buffer, checksum?: number): Promise<number> {
    const stream = this.client.log.append(bearer(jobToken));
    return new Promise((resolve, reject) => {
      stream.on("error", reject);
      stream.on("data", (ack: LogAck) => {
        resolve(ack.committed);
        stream.end();
      });
      stream.write({ lease, offset, data, crc32: checksum ?? crc32(data) });
    });
  }

  async complete(lease: LeaseRef, jobToken: string, log: string, change: object = {}): Promise<number> {
    const client = this.client.lease;
    const request = {
      lease,
      outcome: "success",
      failure: Buffer.alloc(0),
      startedAtMs: 1,
      finishedAtMs: 2,
      logLength: Buffer.byteLength(log),
      logSha256: createHash("sha256").update(log).digest(),
      logTruncated: false,
      artifactIds: [],
      lastEventSeq: 1,
      ...change,
    };
    return (await call(client.complete.bind(client), request, jobToken)).disposition;
  }
}
