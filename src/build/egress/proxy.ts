import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type HostRules, hostRules } from "../../base/network/rules.ts";
import { nameOf, readAuthority, readUrl, type Target } from "../../base/network/target.ts";
import { addressesOf, connectTo, NoWay, tunnelThrough } from "./connect.ts";
import { faultOf, forward, refuse, statusOf } from "./forward.ts";
import { Refusals } from "./refusals.ts";
import { type Upstream, upstreamOf } from "./upstream.ts";

/** Of one build at once. */
const MOST_CONNECTIONS = 256;
const IDLE_MS = 300_000;
const HEADERS_MS = 30_000;
const NOT_LISTED = "not in isolation.hosts";

/**
 * A proxy (CONNECT, and http://… addresses) that lets through what is listed and nothing else. It takes no part in what goes
 * through a tunnel.
 */
export class EgressProxy {
  readonly refusals = new Refusals();
  private readonly rules: HostRules;
  private readonly environment: Readonly<Record<string, string>>;
  private readonly server: Server;
  private readonly tunnels = new Set<Duplex>();

  /** `environment`: of the host, for the proxy that it needs itself. */
  constructor(hosts: readonly string[], environment: Readonly<Record<string, string>>) {
    this.rules = hostRules(hosts);
    this.environment = environment;
    this.server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: 0, connectionsCheckingInterval: 5_000 });
    this.server.maxConnections = MOST_CONNECTIONS;
    this.server.setTimeout(IDLE_MS);
    this.server.on("request", (request, response) => void this.answer(request, response));
    this.server.on("connect", (request, socket, head) => void this.tunnel(request, socket, head));
  }

  listen(socketPath: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(socketPath, () => {
        this.server.unref(); // it keeps no supervisor alive
        resolve();
      });
    });
  }

  /** Ends all that goes through it. */
  async close(): Promise<void> {
    for (const each of this.tunnels) each.destroy();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = readUrl(request.url ?? "");
    if (!target)
      return refuse(response, 400, "the request names no server in a way that it takes: http://host[:port]/…");
    try {
      const way = await this.wayTo("http", target);
      const fault = faultOf(request, target.authority);
      if (fault) throw new NoWay(fault, true);
      forward(request, response, { target, ...way });
    } catch (error) {
      refuse(response, statusOf(error), this.told(target, error));
    }
  }

  private async tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    this.tunnels.add(client);
    client.once("close", () => this.tunnels.delete(client));
    client.on("error", () => client.destroy());
    const target = readAuthority(request.url ?? "");
    if (!target) return sayAndEnd(client, 400, "the request names no server in a way that it takes: host:port");
    try {
      const { upstream, addresses } = await this.wayTo("https", target);
      const server = await (upstream ? tunnelThrough(upstream, target) : connectTo(target, addresses));
      join(client, server, head);
    } catch (error) {
      sayAndEnd(client, statusOf(error), this.told(target, error));
    }
  }

  /** Throws NoWay for what isn't listed. */
  private async wayTo(
    kind: "http" | "https",
    target: Target,
  ): Promise<{ upstream: Upstream | undefined; addresses: string[] }> {
    if (!this.rules.allow(target)) throw new NoWay(NOT_LISTED, true);
    const upstream = upstreamOf(this.environment, kind, target);
    return { upstream, addresses: upstream ? [] : await addressesOf(this.rules, target) };
  }

  private told(target: Target, error: unknown): string {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NoWay && error.refused) this.refusals.add(nameOf(target), reason);
    return `${nameOf(target)}: ${reason}`;
  }
}

function join(client: Duplex, server: Socket, head: Buffer): void {
  if (client.destroyed) return void server.destroy();
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on("error", () => other.destroy());
    // What ended as it should has handed on its last bytes, which may still be on their way.
    one.once("close", () => one.readableEnded || other.destroy());
  }
  server.setTimeout(IDLE_MS, () => server.destroy());
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.length > 0) server.write(head);
  client.pipe(server).pipe(client);
}

function sayAndEnd(client: Duplex, status: number, reason: string): void {
  const words: Record<number, string> = { 400: "Bad Request", 403: "Forbidden" };
  const body = `The build host's proxy: ${reason}\n`;
  const headers = `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n`;
  client.end(`HTTP/1.1 ${status} ${words[status] ?? "Bad Gateway"}\r\n${headers}\r\n${body}`);
}
