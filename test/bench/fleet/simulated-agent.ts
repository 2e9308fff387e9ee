import { createHash, createPrivateKey, type KeyObject } from "node:crypto";
import type { ChannelCredentials, ChannelOptions, ClientReadableStream } from "@grpc/grpc-js";
import { bearer, call } from "../../../src/agent/connection/controller-client.ts";
import { Backoff } from "../../../src/base/time/backoff.ts";
import { Wake, wait } from "../../../src/base/time/wait.ts";
import {
  AgentControlClient,
  type Capability,
  EnrollmentClient,
  LeaseClient,
  type Offer,
  type OpenSessionResponse,
  type WatchEvent,
} from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseRef } from "../../../src/protocol/job-folder/spec.ts";
import { writeAssertion } from "../../../src/protocol/key-assertion.ts";

const UNWATCHED_MS = 5_000;
const EMPTY_LOG = createHash("sha256").digest();
/** A token is renewed when so much of its life is over, as real agents do. */
const RENEWED_AT = 0.6;

export interface Security {
  credentials: ChannelCredentials;
  options: ChannelOptions;
}

/** What a driver wants to know of its agents. */
export interface Listener {
  /** So many milliseconds after its time an exchange was answered. */
  synced: (agent: SimulatedAgent, lateMs: number) => void;
  accepted: (agent: SimulatedAgent, buildId: number) => void;
  failed: (what: string) => void;
}

interface Connection {
  enrollment: EnrollmentClient;
  control: AgentControlClient;
  lease: LeaseClient;
}

/**
 * Speaks the agents' protocol as a real one does, without building anything: its own key, its own connection, one Watch
 * stream, Syncs at the pace that the controller tells, and one job at a time.
 */
export class SimulatedAgent {
  readonly name: string;
  /** Whether it ends a build as soon as it has it. */
  endsAtOnce = true;
  hasSynced = false;
  private readonly key: KeyObject;
  private readonly capability: Capability;
  private readonly address: string;
  private readonly security: Security;
  private readonly listener: Listener;
  private wake = new Wake();
  private connection: Connection | undefined;
  private session: OpenSessionResponse | undefined;
  private watching: ClientReadableStream<WatchEvent> | undefined;
  private token = { text: "", renewAt: 0 };
  private job: { lease: LeaseRef; jobToken: string } | undefined;
  private instance = 0;
  private stopped = new AbortController();

  constructor(name: string, key: string, capability: Capability, where: [string, Security], listener: Listener) {
    this.name = name;
    this.key = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
    this.capability = capability;
    [this.address, this.security] = where;
    this.listener = listener;
  }

  get isWatching(): boolean {
    return this.watching !== undefined;
  }

  get holds(): number | undefined {
    return this.job?.lease.buildId;
  }

  /** Connects as a process that was started anew, and goes on by itself; resolves once the first exchange was answered. */
  async start(): Promise<void> {
    this.stopped = new AbortController();
    this.wake = new Wake();
    this.instance += 1;
    this.hasSynced = false;
    const options = { ...this.security.options, ...CHANNEL };
    const control = new AgentControlClient(this.address, this.security.credentials, options);
    const same = { ...options, channelOverride: control.getChannel() };
    const enrollment = new EnrollmentClient(this.address, this.security.credentials, same);
    this.connection = { control, enrollment, lease: new LeaseClient(this.address, this.security.credentials, same) };
    const backoff = new Backoff(250, 15_000);
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        const next = await this.exchange();
        void this.goOn(next, signal);
        return;
      } catch (error) {
        this.failedBy(error, signal);
        await wait(backoff.next(), signal);
      }
    }
  }

  /** Its connection breaks, as that of a host that loses its power. */
  drop(): void {
    this.stopped.abort();
    this.wake.wake();
    this.connection?.control.getChannel().close();
    this.connection = undefined;
    this.session = undefined;
    this.watching = undefined;
    this.token = { text: "", renewAt: 0 };
    this.job = undefined;
  }

  /** Ends the job that it has, and asks for the next one. */
  async end(): Promise<void> {
    const { job, connection } = this;
    if (!job || !connection) return;
    const request = {
      lease: job.lease,
      outcome: "success",
      failure: Buffer.alloc(0),
      startedAtMs: 1,
      finishedAtMs: 2,
      logLength: 0,
      logSha256: EMPTY_LOG,
      logTruncated: false,
      artifactIds: [],
      lastEventSeq: 0,
    };
    await call(connection.lease.complete.bind(connection.lease), request, job.jobToken, 60_000);
    this.job = undefined;
    this.wake.wake();
  }

  private async goOn(firstMs: number, signal: AbortSignal): Promise<void> {
    let nextMs = firstMs;
    const backoff = new Backoff(250, 15_000);
    while (!signal.aborted) {
      const due = performance.now() + nextMs;
      await this.wake.next(nextMs);
      if (signal.aborted) return;
      const from = Math.min(due, performance.now());
      try {
        nextMs = await this.exchange();
        this.listener.synced(this, performance.now() - from);
        backoff.reset();
      } catch (error) {
        this.failedBy(error, signal);
        nextMs = backoff.next();
      }
    }
  }

  private failedBy(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.listener.failed(String((error as Error).message).slice(0, 120));
  }

  /** Session, stream and Sync, each where it is needed; answers when to come again. */
  private async exchange(): Promise<number> {
    const { connection } = this;
    if (!connection) return 0;
    this.session ??= await this.open(connection);
    if (!this.watching) await this.watch(connection);
    const { control } = connection;
    const { sessionId, sessionEpoch } = this.session;
    const request = {
      sessionId,
      sessionEpoch,
      state: 1 as const,
      unhealthyReasons: [],
      freeSlots: this.job ? 0 : 1,
      leases: this.job ? [{ lease: this.job.lease, state: 4 as const, step: "", cancelSeen: false }] : [],
      capability: undefined,
      diskFreeBytes: 200 * 2 ** 30 - Math.floor(Math.random() * 2 ** 30),
    };
    const answer = await call(control.sync.bind(control), request, await this.bearerToken(connection));
    if (answer.reopenSession) {
      this.session = undefined;
      return 0;
    }
    this.hasSynced = true;
    for (const offer of answer.offers) await this.take(connection, offer);
    const spread = answer.nextSyncMs * (0.8 + Math.random() * 0.4);
    return this.watching ? spread : Math.min(spread, UNWATCHED_MS);
  }

  private async open({ control, enrollment }: Connection): Promise<OpenSessionResponse> {
    const request = {
      agentName: this.name,
      machineId: `machine of ${this.name}`,
      bootId: "b1",
      processInstanceId: `${this.name}-${this.instance}`,
      agentVersion: "0.0.0",
      protocolMin: 1,
      protocolMax: 1,
      capability: this.capability,
      slots: 1,
      held: [],
    };
    return call(
      control.openSession.bind(control),
      request,
      await this.bearerToken({ enrollment } as Connection),
      60_000,
    );
  }

  private async bearerToken({ enrollment }: Connection): Promise<string> {
    if (performance.now() < this.token.renewAt) return this.token.text;
    const request = { assertion: writeAssertion(this.key, Date.now()) };
    const answer = await call(enrollment.getAccessToken.bind(enrollment), request, "", 60_000);
    this.token = { text: answer.accessToken, renewAt: performance.now() + answer.validForMs * RENEWED_AT };
    return this.token.text;
  }

  private async watch(connection: Connection): Promise<void> {
    const { sessionId, sessionEpoch } = this.session as OpenSessionResponse;
    const stream = connection.control.watch({ sessionId, sessionEpoch }, bearer(await this.bearerToken(connection)));
    this.watching = stream;
    stream.on("data", () => this.wake.wake());
    const lost = () => {
      if (this.watching !== stream) return;
      this.watching = undefined;
      this.wake.wake();
    };
    stream.on("error", lost);
    stream.on("end", lost);
  }

  private async take({ lease: client }: Connection, { lease }: Offer): Promise<void> {
    if (!lease || this.job) return;
    const { sessionId, sessionEpoch } = this.session as OpenSessionResponse;
    const request = { lease, sessionId, sessionEpoch, declineReason: "" };
    const { jobToken } = await call(client.accept.bind(client), request, this.token.text);
    this.job = { lease, jobToken };
    const endsIt = this.endsAtOnce; // whoever hears that it was accepted may change that for the builds to come
    this.listener.accepted(this, lease.buildId);
    if (endsIt) await this.end();
  }
}

/** As those of real agents, but none shares its connection. */
const CHANNEL = {
  "grpc.use_local_subchannel_pool": 1,
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 5_000,
};
