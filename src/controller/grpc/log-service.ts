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
      call.on("data", (chunk: LogChunk) => {
        // Once for a stream; each piece is checked against the fence.
        admitted ??= services.tls?.clients ? requireJob(services, call, chunk.lease) : Promise.resolve();
        append(services, call, chunk, admitted).catch((error: unknown) =>
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
  if (!call.writableEnded && !call.destroyed) call.write(await ackOf(services, chunk.lease, committed));
}

async function ackOf(services: Services, lease: LogChunk["lease"], committed: number): Promise<LogAck> {
  if (!lease) return { committed, directive: undefined };
  const directive = directiveFor(lease, await services.store.leases.view(lease.leaseId));
  return { committed, directive: toMessage(lease, directive, services.timing.leaseTtlMs) };
}
