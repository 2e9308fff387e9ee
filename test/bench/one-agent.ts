import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ControllerClient, call } from "../../src/agent/connection/controller-client.ts";
import { readTrust, type Trust } from "../../src/agent/connection/trust.ts";
import type { OpenSessionResponse } from "../../src/protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseRef } from "../../src/protocol/job-folder/spec.ts";
import type { ControllerProcess } from "./fleet/controller-process.ts";
import { capabilityOf } from "./fleet/plan.ts";

const RECORDED = 1;

/** A build that the agent has accepted. */
export interface Taken {
  lease: LeaseRef;
  jobToken: string;
}

/** What an attempt leaves behind besides its end. */
export interface Left {
  log?: { length: number; sha256: string };
  artifactIds?: string[];
}

/** Where an agent connects to, and whom it believes: also for an agent in another process. */
export interface Where {
  address: string;
  trust: Trust;
}

export function whereIs({ grpcAddress: address, caFile }: Pick<ControllerProcess, "grpcAddress" | "caFile">): Where {
  return { address, trust: readTrust({ address, tls: caFile !== undefined, caFile: caFile ?? "" }) };
}

/** Takes builds of a controller and says that they ended, without building anything: what lies between is for a row to measure. */
export class OneAgent {
  readonly client: ControllerClient;
  private readonly controller: ControllerProcess;
  private readonly token: string;
  private readonly session: OpenSessionResponse;

  private constructor(
    controller: ControllerProcess,
    client: ControllerClient,
    token: string,
    session: OpenSessionResponse,
  ) {
    this.controller = controller;
    this.client = client;
    this.token = token;
    this.session = session;
  }

  /** `data` is the controller's folder, where the token of agents lies. */
  static async connect(controller: ControllerProcess, data: string): Promise<OneAgent> {
    const { address, trust } = whereIs(controller);
    const client = new ControllerClient(address, [], trust);
    const token = readFileSync(join(data, "agent.token"), "utf8").trim();
    const process = { machineId: "bench", bootId: "b1", processInstanceId: "p1", agentVersion: "0.0.0" };
    const offer = { protocolMin: 1, protocolMax: 1, capability: capabilityOf(0, 0), slots: 1, held: [] };
    const hello = { agentName: "bench", ...process, ...offer };
    const session = await call(client.control.openSession.bind(client.control), hello, token);
    await controller.ask("POST", "/api/v1/apps", { name: "bench", gitUrl: "https://git.example.test/bench.git" });
    return new OneAgent(controller, client, token, session);
  }

  /** Asks for a build and takes it. */
  async take(): Promise<Taken> {
    const wanted = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
    await this.controller.ask("POST", "/api/v1/apps/bench/builds", wanted);
    const { control, lease: leases } = this.client;
    const { sessionId, sessionEpoch } = this.session;
    const state = { state: 1 as const, unhealthyReasons: [], freeSlots: 1, leases: [], diskFreeBytes: 2 ** 37 };
    const sync = { sessionId, sessionEpoch, ...state, capability: undefined };
    const { offers } = await call(control.sync.bind(control), sync, this.token);
    const lease = offers[0]?.lease;
    if (!lease) throw new Error("the controller offers no build");
    const request = { lease, sessionId, sessionEpoch, declineReason: "" };
    const { jobToken } = await call(leases.accept.bind(leases), request, this.token);
    return { lease, jobToken };
  }

  /** The build has succeeded. Throws unless the controller has all that is said to be there, with that hash. */
  async end({ lease, jobToken }: Taken, { log, artifactIds = [] }: Left = {}): Promise<void> {
    const client = this.client.lease;
    const { length = 0, sha256 = createHash("sha256").digest("hex") } = log ?? {};
    const about = { failure: Buffer.alloc(0), startedAtMs: 1, finishedAtMs: 2, logTruncated: false, lastEventSeq: 0 };
    const proof = { logLength: length, logSha256: Buffer.from(sha256, "hex"), artifactIds };
    const request = { lease, outcome: "success", ...about, ...proof };
    const { disposition } = await call(client.complete.bind(client), request, jobToken, 60_000);
    if (disposition !== RECORDED) throw new Error(`the end of a build was answered with ${disposition}`);
  }

  close(): void {
    this.client.close();
  }
}
