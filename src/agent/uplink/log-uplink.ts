import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { Backoff } from "../../base/time/backoff.ts";
import { Wake, wait } from "../../base/time/wait.ts";
import type { LeaseDirective, LogAck, LogChunk } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { bearer, type ControllerClient, call } from "../connection/controller-client.ts";
import { isStale } from "../connection/refusals.ts";

/** A piece costs the controller more than its bytes do. */
const PIECE = 2 ** 18;
/** After this long without an answer the stream is taken for dead and opened anew. */
const SILENT_MS = 15_000;

export interface LogUplinkOptions {
  client: () => ControllerClient;
  lease: LeaseRef;
  jobToken: string;
  file: string;
  windowBytes: number;
  flushMs: number;
  onDirective: (directive: LeaseDirective) => void;
  onAcked?: (bytes: number) => void;
  /** Called for each piece that was acknowledged, with the time since it was sent. */
  onFlushed?: (seconds: number) => void;
}

/**
 * Sends the growing log of a job: bytes at offsets, several pieces under way, each acknowledged when it is durable. After
 * any break it asks for the durable offset and goes on from there.
 */
export class LogUplink {
  private readonly options: LogUplinkOptions;
  private readonly wake = new Wake();
  private readonly stopped = new AbortController();
  private finalLength: number | undefined;
  private committed = 0;
  /** Where each piece ends that is under way, and when it was sent. */
  private underWay: { end: number; at: number }[] = [];

  constructor(options: LogUplinkOptions) {
    this.options = options;
  }

  get acked(): number {
    return this.committed;
  }

  /** The file has grown. */
  grew(): void {
    this.wake.wake();
  }

  /** The file has its last byte: `run` resolves once all of it is acknowledged. */
  finish(length: number): void {
    this.finalLength = length;
    this.wake.wake();
  }

  stop(): void {
    this.stopped.abort();
    this.wake.wake();
  }

  /** Sends until the end is acknowledged or `stop()`. Rejects only when the lease is stale. */
  async run(): Promise<void> {
    const backoff = new Backoff(200, 5_000);
    while (!this.isDone() && !this.stopped.signal.aborted) {
      const before = this.committed;
      try {
        await this.sendOverOneStream();
      } catch (error) {
        if (isStale(error)) throw error;
        if (this.committed > before) backoff.reset();
        await wait(backoff.next(), this.stopped.signal);
      }
    }
  }

  private isDone(): boolean {
    return this.finalLength !== undefined && this.committed >= this.finalLength;
  }

  private async sendOverOneStream(): Promise<void> {
    const { client, lease, jobToken, file } = this.options;
    const logClient = client().log;
    const offset = await call(logClient.getOffset.bind(logClient), { lease }, jobToken);
    this.acknowledge(offset);
    if (this.isDone()) return;
    const handle = await open(file, "r").catch(() => undefined);
    if (!handle) {
      await this.wake.next(1000); // the supervisor has not made it yet
      return;
    }
    const stream = logClient.append(bearer(jobToken));
    try {
      await this.pump(handle, stream);
    } finally {
      stream.cancel();
      await handle.close();
    }
  }

  private async pump(handle: FileHandle, stream: ClientDuplexStream<LogChunk, LogAck>): Promise<void> {
    let broken: Error | undefined;
    let heardAt = Date.now();
    stream.on("error", (error: Error) => {
      broken = error;
      this.wake.wake();
    });
    stream.on("end", () => {
      broken ??= new Error("the controller closed the stream");
      this.wake.wake();
    });
    stream.on("data", (ack: LogAck) => {
      heardAt = Date.now();
      this.acknowledge(ack);
      this.wake.wake();
    });
    let sent = this.committed;
    const whole = Math.min(PIECE, this.options.windowBytes);
    this.underWay = [];
    while (!this.isDone() && !this.stopped.signal.aborted) {
      if (broken) throw broken;
      const room = this.options.windowBytes - (sent - this.committed);
      const piece = room >= whole ? await readAt(handle, sent, whole) : Buffer.alloc(0);
      if (piece.length > 0) {
        stream.write({ lease: this.options.lease, offset: sent, data: piece, crc32: crc32(piece) });
        sent += piece.length;
        this.underWay.push({ end: sent, at: performance.now() });
        if (piece.length < whole) await this.gather(handle, sent + whole);
        continue;
      }
      if (sent === this.committed) heardAt = Date.now();
      else if (Date.now() - heardAt > SILENT_MS) throw new Error("the controller doesn't acknowledge");
      await this.wake.next(1000);
    }
    stream.end();
  }

  /**
   * A short piece went out at once; the next may gather for a moment, so that a chatty build costs few messages. No longer
   * than until the file is so long.
   */
  private async gather(handle: FileHandle, length: number): Promise<void> {
    const until = performance.now() + Math.min(this.options.flushMs, 100);
    while (this.finalLength === undefined && !this.stopped.signal.aborted) {
      const left = until - performance.now();
      if (left <= 0 || (await handle.stat()).size >= length) return;
      await this.wake.next(left);
    }
  }

  private acknowledge(ack: LogAck): void {
    if (ack.committed > this.committed) {
      this.options.onAcked?.(ack.committed - this.committed);
      this.committed = ack.committed;
      this.measure();
    }
    if (ack.directive) this.options.onDirective(ack.directive);
  }

  private measure(): void {
    for (let [first] = this.underWay; first && first.end <= this.committed; [first] = this.underWay) {
      this.options.onFlushed?.((performance.now() - first.at) / 1000);
      this.underWay.shift();
    }
  }
}

async function readAt(handle: FileHandle, offset: number, most: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(most), 0, most, offset);
  return buffer.subarray(0, bytesRead);
}
