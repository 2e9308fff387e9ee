import type { Http2Server } from "node:http2";
import type { Server as Listener } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import {
  AgentControlService,
  ArtifactSinkService,
  EnrollmentService,
  LeaseService,
  LogSinkService,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { ArtifactBook } from "../artifacts/artifact-book.ts";
import type { Dispatcher } from "../queue/dispatcher.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import type { Services } from "../services.ts";
import { ChangingCredentials } from "../tls/servers.ts";
import { artifactService } from "./artifact-service.ts";
import { controlService } from "./control-service.ts";
import { enrollmentService } from "./enrollment-service.ts";
import { leaseService } from "./lease-service.ts";
import { listenWide } from "./listener.ts";
import { logService } from "./log-service.ts";
import { MissingLeases } from "./missing-leases.ts";

export interface AgentServer {
  port: number;
  close(): Promise<void>;
}

const CLOSE_MS = 2_000;
const WINDOW_BYTES = 4 * 2 ** 20;

/** Opens the gRPC side on `address` (host:port; port 0 takes a free one). Throws PORT_TAKEN. */
export async function openAgentServer(
  services: Services,
  dispatcher: Dispatcher,
  leases: LeaseBook,
  address: string,
): Promise<AgentServer> {
  const server = new Server({
    "grpc.keepalive_time_ms": 20_000,
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.enable_channelz": 0, // nobody asks for it, and it costs memory for each connection
    "grpc.max_receive_message_length": 4 * 2 ** 20,
  });
  server.addService(EnrollmentService, enrollmentService(services));
  server.addService(AgentControlService, controlService(services, dispatcher, new MissingLeases(services, leases)));
  server.addService(LeaseService, leaseService(services, leases, dispatcher));
  server.addService(LogSinkService, logService(services));
  server.addService(ArtifactSinkService, artifactService(services, new ArtifactBook(services)));
  const credentials = services.tls ? new ChangingCredentials(services.tls) : ServerCredentials.createInsecure();
  const injector = server.createConnectionInjector(credentials);
  openWide(server);
  const { server: listener, port } = await listenWide(address, injector);
  return { port, close: () => close(server, listener) };
}

/**
 * Lets agents send so much before they wait for us to say that we go on reading; HTTP/2 begins with 64 KiB, less than a
 * piece of a log. grpc-js 1.14 has an option for what it receives as a client only, so that its servers are looked up here:
 * where a later release has others, logs are slower and nothing else.
 */
function openWide(server: Server): void {
  const { http2Servers } = server as unknown as { http2Servers?: ReadonlyMap<Http2Server, unknown> };
  for (const http2 of http2Servers?.keys() ?? []) {
    http2.on("session", (session) => {
      session.settings({ initialWindowSize: WINDOW_BYTES });
      session.setLocalWindowSize(WINDOW_BYTES);
    });
  }
}

/** Lets calls under way end, and cuts those that stay open by their nature. */
function close(server: Server, listener: Listener): Promise<void> {
  listener.close();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, CLOSE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
