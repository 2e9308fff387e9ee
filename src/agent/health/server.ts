import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { AgentMetrics } from "./metrics.ts";

/** Serves /healthz (the process lives), /readyz (it can take builds, or why not) and /metrics. Throws PORT_TAKEN. */
export async function openHealthServer(
  address: string,
  metrics: AgentMetrics,
  whyNotReady: () => string[],
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/healthz") return json(response, 200, { ok: true });
    if (path === "/readyz") {
      const reasons = whyNotReady();
      return json(response, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons });
    }
    if (path === "/metrics") return void sendMetrics(response, metrics);
    return json(response, 404, { paths: ["/healthz", "/readyz", "/metrics"] });
  });
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  await listen(server, host, Number(address.slice(colon + 1)), address);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.slice(0, colon)}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function sendMetrics(response: ServerResponse, metrics: AgentMetrics): Promise<void> {
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
