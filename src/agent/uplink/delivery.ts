import type { LeaseDirective } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import type { JobContext } from "../jobs/job-context.ts";
import type { JournalEntry } from "../jobs/lease-journal.ts";
import { sendArtifact } from "./artifact-uplink.ts";
import { sendCompletion } from "./completion.ts";
import { EventUplink } from "./event-uplink.ts";
import { LogUplink } from "./log-uplink.ts";

/** Everything of a job that goes to the controller: log and events while it runs, artifacts and the end after it. */
export class Delivery {
  private readonly entry: JournalEntry;
  private readonly paths: JobPaths;
  private readonly context: JobContext;
  private readonly log: LogUplink;
  private readonly events: EventUplink;
  private readonly stopped = new AbortController();
  private sending: Promise<unknown> = Promise.resolve();

  constructor(
    entry: JournalEntry,
    paths: JobPaths,
    context: JobContext,
    onDirective: (directive: LeaseDirective) => void,
  ) {
    this.entry = entry;
    this.paths = paths;
    this.context = context;
    const common = { client: context.client, lease: entry.lease, jobToken: entry.jobToken, onDirective };
    this.log = new LogUplink({
      ...common,
      file: paths.log,
      windowBytes: context.logWindowBytes,
      flushMs: context.logFlushMs,
      onAcked: (bytes) => context.metrics.logBytes.inc(bytes),
      onFlushed: (seconds) => context.metrics.logFlush.observe(seconds),
    });
    this.events = new EventUplink({ ...common, file: paths.events });
  }

  /** Bytes of the log that the controller has made durable. */
  get logAcked(): number {
    return this.log.acked;
  }

  /** Sends log and events as they come; resolves when all of them are acknowledged. Rejects when the lease is stale. */
  begin(): Promise<unknown> {
    this.sending = Promise.all([this.log.run(), this.events.run()]);
    return this.sending;
  }

  /** The supervisor has written something. */
  grew(changed: { log: boolean; events: boolean }): void {
    if (changed.log) this.log.grew();
    if (changed.events) this.events.grew();
  }

  /** Sends the rest, the artifacts and the end. Resolves when the controller has recorded it; rejects when it is stale. */
  async finish(result: JobResult): Promise<void> {
    this.log.finish(result.logLength);
    this.events.finish(result.lastEventSeq);
    const { client, metrics, uploadContext } = this.context;
    const { lease, jobToken } = this.entry;
    const { signal } = this.stopped;
    const artifactIds: string[] = [];
    for (const artifact of result.artifacts) {
      const onRetry = () => metrics.artifactRetries.inc();
      const options = { client, lease, jobToken, folder: this.paths.artifacts, signal, onRetry, uploadContext };
      const measure = metrics.artifactUpload.startTimer();
      artifactIds.push(await sendArtifact(artifact, options));
      measure();
      metrics.artifactBytes.inc(artifact.size);
    }
    await this.sending;
    signal.throwIfAborted();
    await sendCompletion(result, artifactIds, { client, lease, jobToken, signal });
    signal.throwIfAborted();
  }

  stop(): void {
    this.stopped.abort();
    this.log.stop();
    this.events.stop();
  }
}
