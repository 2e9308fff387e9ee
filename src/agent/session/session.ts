import { randomUUID } from "node:crypto";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { Backoff } from "../../base/time/backoff.ts";
import type { Clock } from "../../base/time/clock.ts";
import { Wake, wait } from "../../base/time/wait.ts";
import {
  AgentState,
  type Capability,
  type Offer,
  type OpenSessionResponse,
  type WatchEvent,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { SpecKey } from "../../protocol/spec-signature.ts";
import { PROTOCOL, VERSION } from "../../protocol/version.ts";
import { bearer, type ControllerClient } from "../connection/controller-client.ts";
import { type AgentCredentials, callAsAgent } from "../connection/credentials.ts";
import { isFinal, isStale, reasonOf, refusalOf } from "../connection/refusals.ts";
import type { AgentMetrics } from "../health/metrics.ts";
import type { AGENT_STATES } from "../health/session-metrics.ts";
import type { AcceptedJob, JobTable } from "../jobs/job-table.ts";
import { leaseFields } from "../jobs/lease-fields.ts";

/** Without a Watch stream the agent asks by itself, so often. */
const UNWATCHED_MS = 5_000;

export interface SessionOptions {
  client: () => ControllerClient;
  credentials: AgentCredentials;
  name: string;
  /** Read anew at each Sync: a reload of the configuration may change it. */
  slots: () => number;
  machineId: string;
  bootId: string;
  /** Sent again whenever it is another object than the last time. */
  capability: () => Capability;
  jobs: JobTable;
  begin: (accepted: AcceptedJob) => void;
  /** The keys that the controller says it signs jobs with. */
  meets: (keys: readonly SpecKey[]) => void;
  /** What the host has to say for itself: free bytes, why no build should be begun, and what is only to be known. */
  health: () => Promise<{ diskFreeBytes: number; reasons: string[]; notices: string[] }>;
  clock: Clock;
  logger: Logger;
  metrics: AgentMetrics;
}

/**
 * The agent's relation to the controller: one loop that opens a session, syncs, obeys directives and takes offers. Between
 * two Syncs it sleeps until something wakes it: the Watch stream, a job that ended, or the time the controller named.
 */
export class Session {
  private readonly options: SessionOptions;
  private readonly wake = new Wake();
  private readonly stopped = new AbortController();
  private readonly instanceId = randomUUID();
  private current: OpenSessionResponse | undefined;
  private watching: ClientReadableStream<WatchEvent> | undefined;
  private draining = false;
  private voided = false;
  private sentCapability: Capability | undefined;
  private lastContact: number;
  private offlineToleranceMs = 1_800_000;
  private unhealthy: string[] = [];
  private trouble = "not connected yet";
  /** What was wrong with the way to the controller, until it is found again. */
  private lostBy: "unreachable" | "session-void" | undefined;
  private turnedAt: number;

  constructor(options: SessionOptions) {
    this.options = options;
    this.lastContact = options.clock.monotonic();
    this.turnedAt = this.lastContact;
  }

  /** How it is with this agent, in one word. */
  get state(): (typeof AGENT_STATES)[number] {
    if (this.draining) return "draining";
    if (this.trouble) return "connecting";
    return this.unhealthy.length > 0 ? "unhealthy" : "ready";
  }

  /** How long the controller may stay away from now on before running builds are given up, in milliseconds. */
  get toleranceLeftMs(): number {
    return Math.max(0, this.offlineToleranceMs - (this.options.clock.monotonic() - this.lastContact));
  }

  /** Milliseconds since the loop last began anew: it never rests for long, whether the controller answers or not. */
  get stillForMs(): number {
    return this.options.clock.monotonic() - this.turnedAt;
  }

  /** Why the controller isn't heard; undefined when it is. */
  get whyNotConnected(): string | undefined {
    return this.trouble || undefined;
  }

  /** The version of the protocol that was agreed on; undefined without a session. */
  get protocol(): number | undefined {
    return this.current?.protocol;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  syncNow(): void {
    this.wake.wake();
  }

  /** What the controller is only told at the beginning of a session has changed. */
  openAgain(): void {
    this.voided = true;
    this.wake.wake();
  }

  /** Takes no more offers; the heartbeat goes on. */
  drain(): void {
    this.draining = true;
    this.wake.wake();
  }

  /** Runs until `stop()`. Rejects with AGENT_REFUSED, AGENT_REVOKED or VERSION_REFUSED when the controller will never take this agent. */
  async run(): Promise<void> {
    const backoff = new Backoff(250, 15_000);
    while (!this.stopped.signal.aborted) {
      this.turnedAt = this.options.clock.monotonic();
      try {
        if (this.voided) this.forgetSession();
        this.current ??= await this.open();
        await this.watch();
        const nextMs = await this.sync();
        backoff.reset();
        await this.wake.next(this.watching ? spread(nextMs) : Math.min(nextMs, spread(UNWATCHED_MS)));
      } catch (error) {
        this.trouble = reasonOf(error);
        this.lostBy ??= "unreachable";
        this.options.metrics.sync.inc({ result: "failed" });
        const refusal = refusalOf(error);
        if (refusal && isFinal(error)) throw new MillwrightError(refusal);
        this.options.logger.warn({ reason: this.trouble }, "the controller can't be reached");
        this.giveUpWhenTooLong();
        await wait(backoff.next(), this.stopped.signal);
      }
    }
  }

  /** Ends the loop and tells the controller that this agent goes. */
  async stop(reason: string): Promise<void> {
    this.stopped.abort();
    this.wake.wake();
    this.watching?.cancel();
    if (!this.current) return;
    const { control } = this.options.client();
    const { sessionId, sessionEpoch } = this.current;
    const request = { sessionId, sessionEpoch, reason };
    await callAsAgent(control.closeSession.bind(control), request, this.options.credentials, 2_000).catch(
      () => {}, // the controller may be gone too; it notices the silence
    );
  }

  private async open(): Promise<OpenSessionResponse> {
    const { control } = this.options.client();
    const { name, machineId, bootId, capability, slots, jobs, credentials } = this.options;
    const request = {
      agentName: name,
      machineId,
      bootId,
      processInstanceId: this.instanceId,
      agentVersion: VERSION,
      protocolMin: PROTOCOL.min,
      protocolMax: PROTOCOL.max,
      capability: capability(),
      slots: slots(),
      held: jobs.reports(),
    };
    const session = await callAsAgent(control.openSession.bind(control), request, credentials);
    this.sentCapability = request.capability;
    this.offlineToleranceMs = session.parameters?.offlineToleranceMs || this.offlineToleranceMs;
    this.options.metrics.sessionEpoch.set(session.sessionEpoch);
    this.options.logger.info({ id: session.agentId, epoch: session.sessionEpoch }, "connected to the controller");
    this.options.meets(session.specKeys);
    for (const directive of session.directives) jobs.obey(directive);
    return session;
  }

  /** One exchange of state; answers when to come again. */
  private async sync(): Promise<number> {
    const { jobs, slots, metrics, credentials } = this.options;
    const { control } = this.options.client();
    const session = this.current as OpenSessionResponse;
    const { diskFreeBytes, reasons, notices } = await this.options.health();
    this.unhealthy = reasons;
    const state = this.draining
      ? AgentState.AGENT_STATE_DRAINING
      : reasons.length > 0
        ? AgentState.AGENT_STATE_UNHEALTHY
        : AgentState.AGENT_STATE_READY;
    const capability = this.options.capability();
    const request = {
      sessionId: session.sessionId,
      sessionEpoch: session.sessionEpoch,
      state,
      unhealthyReasons: [...reasons, ...notices],
      freeSlots: state === AgentState.AGENT_STATE_READY ? Math.max(0, slots() - jobs.size) : 0,
      leases: jobs.reports(),
      capability: capability === this.sentCapability ? undefined : capability,
      diskFreeBytes,
    };
    const measure = metrics.syncDuration.startTimer();
    const answer = await callAsAgent(control.sync.bind(control), request, credentials);
    measure();
    this.sentCapability = capability;
    this.lastContact = this.options.clock.monotonic();
    metrics.sync.inc({ result: "ok" });
    metrics.lastSync.set(Date.now() / 1000);
    this.trouble = "";
    if (answer.reopenSession) {
      this.lostBy ??= "session-void";
      this.forgetSession();
      return 0;
    }
    if (this.lostBy) metrics.reconnects.inc({ reason: this.lostBy });
    this.lostBy = undefined;
    for (const directive of answer.directives) jobs.obey(directive);
    await Promise.all(answer.offers.map((offer) => this.take(offer)));
    return answer.nextSyncMs;
  }

  private forgetSession(): void {
    this.voided = false;
    this.current = undefined;
    this.watching?.cancel();
    this.watching = undefined;
  }

  private async take(offer: Offer): Promise<void> {
    const { lease } = offer;
    const { jobs, metrics, logger, credentials } = this.options;
    if (!lease || jobs.has(lease.leaseId)) return;
    const client = this.options.client().lease;
    const { sessionId, sessionEpoch } = this.current as OpenSessionResponse;
    const declineReason = this.draining ? "the agent is being stopped" : "";
    const request = { lease, sessionId, sessionEpoch, declineReason };
    try {
      const answer = await callAsAgent(client.accept.bind(client), request, credentials);
      metrics.offers.inc({ result: declineReason ? "declined" : "accepted" });
      if (declineReason) return;
      const { jobSpec: spec, jobSpecSha256: specSha256, jobToken, specSignature: signature, specKeys: keys } = answer;
      this.options.begin({ lease, spec, specSha256, jobToken, signature, keys });
      logger.info(leaseFields(lease), "a build begins");
    } catch (error) {
      metrics.offers.inc({ result: isStale(error) ? "stale" : "failed" });
      logger.warn({ ...leaseFields(lease), reason: reasonOf(error) }, "an offer could not be taken");
    }
  }

  /** Beyond the tolerance the builds that still run are ended: the controller has long given them to others. */
  private giveUpWhenTooLong(): void {
    const silentMs = this.options.clock.monotonic() - this.lastContact;
    if (silentMs > this.offlineToleranceMs) this.options.jobs.abandonRunning("the controller was away for too long");
  }

  /** Keeps the stream open that wakes this agent. Losing it costs latency only. */
  private async watch(): Promise<void> {
    if (this.watching || !this.current || this.stopped.signal.aborted) return;
    const token = await this.options.credentials.token();
    if (this.stopped.signal.aborted) return;
    const { control } = this.options.client();
    const { sessionId, sessionEpoch } = this.current;
    const stream = control.watch({ sessionId, sessionEpoch }, bearer(token));
    this.watching = stream;
    const { watchConnected } = this.options.metrics;
    stream.on("data", (event: WatchEvent) => {
      watchConnected.set(1);
      if (event.event?.$case === "cancel") this.options.jobs.obey(event.event.value);
      else if (event.event?.$case === "syncNow") this.wake.wake();
    });
    const lost = () => {
      if (this.watching !== stream) return;
      this.watching = undefined;
      watchConnected.set(0);
      this.wake.wake();
    };
    stream.on("error", lost);
    stream.on("end", lost);
  }
}

/** ±20 %, so that a fleet's heartbeats don't fall together. */
function spread(ms: number): number {
  return Math.round(ms * (0.8 + Math.random() * 0.4));
}
