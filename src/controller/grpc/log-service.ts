import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { LogAck, LogChunk, LogSinkServer } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { directiveFor } from "../queue/reconcile.ts";
import type { Services } from "../services.ts";
import { jobOf, requireJob } from "./authenticate.ts";
import { toStatus, unary } from "./calls.ts";
import { toMessage } from "./control-service.ts";

const MOST_BYTES = 2 ** 20;

/** Bytes of logs at offsets; an answer says up to where they are durable. */
export function logService(services: Services): LogSinkServer {
  return {
    append: (call) => {
      call.on("error", () => {}); // the other side went away; it comes back and asks for the offset
      let admitted: Promise<unknown> | undefined;
      const acks = new Acks(services, call);
      call.on("data", (chunk: LogChunk) => {
        // Once for a stream; each piece is checked against the fence.
        admitted ??= services.tls?.clients ? requireJob(services, call, chunk.lease) : Promise.resolve();
        append(services, call, chunk, admitted, acks).catch((error: unknown) =>
          call.emit("error", toStatus(services, "Append", error, chunk.lease)),
        );
      });
      call.on("end", () => call.end());
    },

    getOffset: unary(services, "GetOffset", async (request, call) => {
      const ref = await requireJob(services, call, request.lease);
      const lease = await services.store.leases.find(ref.leaseId);
      return ackOf(services, request.lease, lease?.log_length ?? 0);
    }),
  };
}

async function append(
  services: Services,
  call: ServerDuplexStream<LogChunk, LogAck>,
  chunk: LogChunk,
  admitted: Promise<unknown>,
  acks: Acks,
): Promise<void> {
  await admitted;
  const ref = jobOf(services, call.metadata, chunk.lease);
  if (chunk.data.length > MOST_BYTES) {
    throw errorOf("MESSAGE_REFUSED", { reason: `A piece of a log has at most ${MOST_BYTES} bytes.` });
  }
  if (crc32(chunk.data) !== chunk.crc32) throw errorOf("MESSAGE_REFUSED", { reason: "Its checksum is wrong." });
  const { leaseId, fence } = ref;
  const measure = services.metrics.logCommit.startTimer();
  const appended = await services.logWriter.append({ leaseId, fence, offset: chunk.offset, data: chunk.data });
  if (!appended.ok && "stale" in appended) throw errorOf("STALE_LEASE", { reason: `${appended.stale}.` });
  const committed = appended.ok ? appended.committed : appended.gap;
  measure();
  if (appended.ok) services.metrics.logBytes.inc(chunk.data.length);
  await acks.acknowledge(chunk.lease, committed);
}

/** Pieces that became durable together are acknowledged together: the last one's end is that of all. */
class Acks {
  private readonly services: Services;
  private readonly call: ServerDuplexStream<LogChunk, LogAck>;
  private committed: number | undefined;

  constructor(services: Services, call: ServerDuplexStream<LogChunk, LogAck>) {
    this.services = services;
    this.call = call;
  }

  async acknowledge(lease: LogChunk["lease"], committed: number): Promise<void> {
    const isAlone = this.committed === undefined;
    this.committed = committed;
    if (!isAlone) return;
    await setImmediate();
    const latest = this.committed;
    this.committed = undefined;
    const ack = await ackOf(this.services, lease, latest);
    if (!this.call.writableEnded && !this.call.destroyed) this.call.write(ack);
  }
}

async function ackOf(services: Services, lease: LogChunk["lease"], committed: number): Promise<LogAck> {
  if (!lease) return { committed, directive: undefined };
  const directive = directiveFor(lease, await services.store.leases.view(lease.leaseId));
  return { committed, directive: toMessage(lease, directive, services.timing.leaseTtlMs) };
}
