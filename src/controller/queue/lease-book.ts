import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import { isRetryable } from "../../base/errors/catalogue.ts";
import { errorOf, type Failure, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { JobEvent } from "../../protocol/job-folder/events.ts";
import type { JobSpec, LeaseRef } from "../../protocol/job-folder/spec.ts";
import { sealLog } from "../logs/log-sealer.ts";
import type { Services } from "../services.ts";
import type { StoredSpec } from "../store/lease-store.ts";
import type { LeaseRow } from "../store/tables.ts";
import type { Applied } from "../store/transition-store.ts";
import { countEnded } from "./count-ended.ts";
import { jobSpecOf } from "./job-spec.ts";
import { roomGrew } from "./room-grew.ts";
import { isTerminal } from "./states.ts";
import { accept, complete, lapse, lose, progress, refuseOffer } from "./transitions.ts";

const JOB_TOKEN_MS = 7 * 86_400_000;

export interface Ending {
  outcome: "success" | "failed" | "canceled";
  failure: Failure | null;
  logLength: number;
  logSha256: string;
  lastEventSeq: number;
  artifactIds: string[];
}

export type EndingAnswer =
  | { disposition: "recorded" | "already-recorded" | "need-events" }
  | { disposition: "stale"; reason: string }
  | { disposition: "need-log"; committed: number }
  | { disposition: "need-artifacts"; missing: string[] };

/** What an agent is given when it takes an offer. */
export interface AcceptedLease {
  spec: string;
  specSha256: Buffer;
  /** Of the spec, by the newest of the controller's keys. */
  signature: Buffer;
  jobToken: string;
}

/** What is known of a lease that an agent lost. */
type LostLease = Pick<Selectable<LeaseRow>, "id" | "build_id" | "agent_id" | "attempt" | "state">;

/** What happens under a lease, from its acceptance to its end. Every write is checked against the fence. */
export class LeaseBook {
  private readonly services: Services;

  constructor(services: Services) {
    this.services = services;
  }

  /**
   * The spec of an accepted offer, signed, and the token for all that follows. Throws STALE_LEASE, also for a build that
   * isn't in the store as the controller wrote it: that one ends with SPEC_SIGNATURE_STORE.
   */
  async accept(ref: LeaseRef): Promise<AcceptedLease> {
    const { store, clock, signer, logger } = this.services;
    const lease = await this.leaseOf(ref);
    let job = this.answeredBefore(lease) ?? (await this.signedSpec(lease));
    const accepted = await store.transitions.ofLease(ref.leaseId, accept, async (tx) => {
      if (lease.spec === null) job = await store.leases.rememberSpec(tx, lease.id, job);
    });
    this.orStale(accepted);
    const exp = clock.now() + JOB_TOKEN_MS;
    const jobToken = signer.sign({ use: "job", lease: lease.id, fence: lease.fence, exp });
    logger.info(await this.logFields(lease), "an agent has taken a build");
    this.services.changes.buildChanged(lease.build_id);
    const specSha256 = createHash("sha256").update(job.spec).digest();
    return { spec: job.spec, specSha256, signature: Buffer.from(job.signature, "base64"), jobToken };
  }

  async decline(ref: LeaseRef, reason: string): Promise<void> {
    const applied = await this.services.store.transitions.ofLease(ref.leaseId, (b, l) => lapse(b, l, reason));
    if (applied.ok) this.requeued(applied);
  }

  /** Records the events of steps; answers the last seq recorded without a gap. Throws STALE_LEASE. */
  async recordEvents(ref: LeaseRef, events: readonly JobEvent[]): Promise<number> {
    const { store, metrics, clock } = this.services;
    await this.leaseOf(ref);
    let acked = 0;
    let waitedMs: number | undefined;
    const applied = await store.transitions.ofLease(ref.leaseId, progress, async (tx, build) => {
      acked = await store.events.record(tx, ref.leaseId, build.id, events);
      waitedMs = build.started_at === null ? clock.now() - build.created_at : undefined;
    });
    this.orStale(applied);
    if (waitedMs !== undefined) metrics.queueWait.observe(waitedMs / 1000);
    this.services.changes.buildChanged(ref.buildId);
    return acked;
  }

  /** The end of an attempt. Recorded only once log, events and artifacts are proven; until then says what is missing. */
  async complete(ref: LeaseRef, ending: Ending): Promise<EndingAnswer> {
    const { store, blobs } = this.services;
    const lease = await store.leases.find(ref.leaseId);
    if (lease?.ended === "completed") return { disposition: "already-recorded" };
    if (!lease || lease.fence !== ref.fence) return { disposition: "stale", reason: "the lease is unknown" };
    if (lease.log_length < ending.logLength) return { disposition: "need-log", committed: lease.log_length };
    if (lease.event_seq < ending.lastEventSeq) return { disposition: "need-events" };
    const missing = await this.missingArtifacts(lease.id, ending.artifactIds);
    if (missing.length > 0) return { disposition: "need-artifacts", missing };
    const sha256 = await sealLog(store, blobs, lease.id, { expected: ending.logSha256, lease });
    if (sha256 !== ending.logSha256) {
      throw errorOf("MESSAGE_REFUSED", { reason: `the log's SHA-256 is ${sha256}, not ${ending.logSha256}` });
    }
    const { outcome, failure } = ending;
    const retryable = failure !== null && isRetryable(failure.code);
    const applied = await store.transitions.ofLease(lease.id, (b, l) =>
      complete(b, l, { outcome, failure, retryable }),
    );
    if (!applied.ok) return { disposition: "stale", reason: applied.refusal };
    await this.ended(applied);
    return { disposition: "recorded" };
  }

  /** The agent is gone, or came back without the job. What the attempt logged stays. */
  async lose(lease: LostLease, failure: Failure): Promise<void> {
    const { store, blobs } = this.services;
    const applied = await store.transitions.ofLease(lease.id, (b, l) =>
      l.state === "offered" ? lapse(b, l, failure.what) : lose(b, l, failure),
    );
    if (!applied.ok) return;
    this.services.logger.warn({ ...(await this.logFields(lease)), code: failure.code }, "an agent has lost a build");
    await sealLog(store, blobs, lease.id);
    await this.ended(applied);
  }

  /** Tells everyone who follows that a lease ended, and the queue when the build waits again. */
  private async ended(applied: Extract<Applied, { ok: true }>): Promise<void> {
    if (isTerminal(applied.build.state)) {
      countEnded(this.services.metrics, applied);
      const { buildId: build, lease, build: end } = applied;
      const why = end.failure ? { code: end.failure.code, blame: end.failure.blame } : {};
      const about = lease ? await this.logFields({ ...lease, build_id: build, agent_id: lease.agentId }) : { build };
      this.services.logger.info({ ...about, state: end.state, ...why }, "a build has ended");
      this.services.changes.buildChanged(applied.buildId);
      await roomGrew(this.services, applied.accountId);
    } else {
      this.requeued(applied);
    }
  }

  private requeued({ buildId, accountId }: Extract<Applied, { ok: true }>): void {
    this.services.changes.buildChanged(buildId);
    this.services.changes.accountChanged(accountId);
    this.services.changes.queueGrew();
  }

  private async missingArtifacts(leaseId: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const stored = new Set((await this.services.store.artifacts.ofLease(leaseId)).map((row) => row.id));
    return ids.filter((id) => !stored.has(id));
  }

  /** The same answer as the first time, unless it isn't ours as it is: what older releases left, or somebody changed. */
  private answeredBefore({ spec, spec_signature: signature }: Selectable<LeaseRow>): StoredSpec | undefined {
    if (spec === null || signature === null) return undefined;
    const ours = this.services.specKeys.isSignedSpec(spec, Buffer.from(signature, "base64"));
    return ours ? { spec, signature } : undefined;
  }

  private async signedSpec(lease: Selectable<LeaseRow>): Promise<StoredSpec> {
    try {
      const spec = JSON.stringify(await this.specFor(lease));
      return { spec, signature: this.services.specKeys.signSpec(spec).toString("base64") };
    } catch (error) {
      if (!(error instanceof MillwrightError && error.code === "SPEC_SIGNATURE_STORE")) throw error;
      await this.refuse(lease, error.failure);
      throw errorOf("STALE_LEASE", { reason: `The build has ended: ${error.failure.what}` }, { cause: error });
    }
  }

  /** Ends a build of which no agent may do anything. */
  private async refuse(lease: Selectable<LeaseRow>, failure: Failure): Promise<void> {
    const { store, clock, logger, blobs } = this.services;
    const outcome = { outcome: "failed", failure, retryable: false } as const;
    const applied = await store.transitions.ofLease(lease.id, refuseOffer(outcome), (tx, build) =>
      store.audit.refused(tx, build, lease.id, { at: clock.now(), detail: failure.what }),
    );
    if (!applied.ok) return;
    logger.error({ ...(await this.logFields(lease)), failure }, "a build was refused: the store was changed");
    await sealLog(store, blobs, lease.id);
    await this.ended(applied);
  }

  private async specFor(lease: Selectable<LeaseRow>): Promise<JobSpec> {
    const build = await this.services.store.builds.find(lease.build_id);
    if (!build) throw new Error(`lease ${lease.id} has no build`);
    const { id, build_id, attempt, fence } = lease;
    return jobSpecOf(this.services, build, { leaseId: id, buildId: build_id, attempt, fence });
  }

  private async leaseOf(ref: LeaseRef): Promise<Selectable<LeaseRow>> {
    const lease = await this.services.store.leases.find(ref.leaseId);
    if (!lease) throw errorOf("STALE_LEASE", { reason: "The controller doesn't know it." });
    if (lease.fence !== ref.fence || lease.build_id !== ref.buildId) {
      throw errorOf("STALE_LEASE", { reason: "Its fence is not the one that was granted." });
    }
    return lease;
  }

  /** What a line of the log names, so that all of one build can be found; as agents do it. */
  private async logFields({ build_id, id, attempt, agent_id }: Omit<LostLease, "state">) {
    const agent = await this.services.store.agents.find(agent_id);
    return { build: build_id, lease: id, attempt, agent: agent?.name ?? agent_id };
  }

  private orStale(applied: Applied): void {
    if (!applied.ok) throw errorOf("STALE_LEASE", { reason: `${applied.refusal}.` });
  }
}
