import { request as httpRequest, type IncomingMessage, type RequestOptions, type ServerResponse } from "node:http";
import type { Target } from "../../base/network/target.ts";
import { answering, loginOf, NoWay, placeOf, requestOf } from "./connect.ts";
import type { Upstream } from "./upstream.ts";

/** Of one connection, and not of the message (RFC 9110, 7.6.1). */
const OF_CONNECTION = [
  ...["connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te", "trailer"],
  ...["transfer-encoding", "upgrade", "http2-settings", "expect"],
];

/** A request to http://… of which the target may be reached. */
export interface Forwarded {
  target: Target & { path: string; authority: string };
  /** By which way: the checked addresses, or the host's own proxy. */
  addresses: readonly string[];
  upstream: Upstream | undefined;
}

/** Why a request can't be handed on although its target is listed; undefined when it can. */
export function faultOf({ headersDistinct: headers }: IncomingMessage, authority: string): string | undefined {
  const hosts = headers["host"] ?? [];
  if (hosts.length > 1 || (hosts[0] ?? authority).toLowerCase().replace(/:80$/, "") !== authority) {
    return "its header Host names another server than its address";
  }
  const coding = headers["transfer-encoding"]?.join().toLowerCase();
  return coding === undefined || coding === "chunked" ? undefined : "its body has an unknown transfer encoding";
}

/** Hands a request on as a new message of our own, and its answer back. Never throws; answers 502 when nothing came. */
export function forward(request: IncomingMessage, response: ServerResponse, wanted: Forwarded): void {
  const outgoing = (wanted.upstream ? requestOf(wanted.upstream) : httpRequest)(optionsOf(request, wanted));
  outgoing.setTimeout(300_000, () => outgoing.destroy(new Error("no answer within 5 min")));
  outgoing.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, headersOf(answer));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  outgoing.on("error", (error) => refuse(response, 502, error.message));
  response.once("close", () => outgoing.destroy());
  request.on("error", () => outgoing.destroy());
  request.pipe(outgoing);
}

/** Answers in words: package managers print them, or at least the status. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "text/plain", connection: "close" });
  response.end(`The build host's proxy: ${reason}\n`);
}

export function statusOf(error: unknown): number {
  return error instanceof NoWay && error.refused ? 403 : 502;
}

function optionsOf(request: IncomingMessage, { target, addresses, upstream }: Forwarded): RequestOptions {
  const { host, port, authority, path } = target;
  const chunked = request.headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" };
  const headers = { ...headersOf(request), ...chunked, host: authority };
  const common = { method: request.method ?? "GET", agent: false as const };
  if (!upstream) return { ...common, host, port, path, headers, lookup: answering(addresses) };
  return {
    ...common,
    ...placeOf(upstream),
    path: `http://${authority}${path}`,
    headers: { ...headers, ...loginOf(upstream) },
  };
}

/** The headers of the message itself; how its body is framed is Node's to say anew. */
function headersOf({ headersDistinct: headers }: IncomingMessage): Record<string, string | string[]> {
  const named = (headers["connection"] ?? [])
    .join(",")
    .toLowerCase()
    .split(/[\s,]+/);
  const leave = new Set([...OF_CONNECTION, ...named]);
  const kept = Object.entries(headers).filter(([name]) => !leave.has(name));
  return Object.fromEntries(
    kept.map(([name, values = []]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}
