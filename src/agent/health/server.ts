import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { splitAddress } from "../../base/config/host-port.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { failedReasons, type HealthCheck } from "../../base/observe/health-checks.ts";
import type { AgentMetrics } from "./metrics.ts";

export interface HealthSources {
  metrics: AgentMetrics;
  /** Sets the gauges of what is so now. */
  sample: () => Promise<void>;
  checks: () => Promise<HealthCheck[]>;
  /** Why only a restart would help. */
  standsStill: () => string | undefined;
}

/**
 * Serves /healthz (503 when only a restart would help), /readyz (503 when it can't take builds, and why) and /metrics.
 * Throws PORT_TAKEN.
 */
export async function openHealthServer(
  address: string,
  sources: HealthSources,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request.url?.split("?")[0] ?? "", response, sources).catch((error: unknown) =>
      json(response, 500, { error: (error as Error).message }),
    );
  });
  const wanted = splitAddress(address);
  await listen(server, wanted.host, wanted.port, address);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.replace(/\d+$/, String(port))}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, response: ServerResponse, sources: HealthSources): Promise<void> {
  if (path === "/metrics") return sendMetrics(response, sources);
  if (path !== "/healthz" && path !== "/readyz") {
    return json(response, 404, { paths: ["/healthz", "/readyz", "/metrics"] });
  }
  const checks = await sources.checks();
  const reasons = failedReasons(checks);
  const ready = reasons.length === 0;
  if (path === "/readyz") return json(response, ready ? 200 : 503, { ready, reasons, checks });
  const reason = sources.standsStill();
  const why = reason === undefined ? {} : { reason };
  return json(response, reason === undefined ? 200 : 503, { ok: reason === undefined, ...why, checks });
}

async function sendMetrics(response: ServerResponse, { metrics, sample, checks }: HealthSources): Promise<void> {
  await sample();
  metrics.ready.set(failedReasons(await checks()).length === 0 ? 1 : 0);
  const text = await metrics.registry.metrics();
  response.writeHead(200, { "content-type": metrics.registry.contentType }).end(text);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}

function listen(server: Server, host: string, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(errorOf("PORT_TAKEN", { address }, { cause })));
    server.listen(port, host, resolve);
  });
}
