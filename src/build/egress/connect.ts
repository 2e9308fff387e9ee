import { lookup } from "node:dns/promises";
import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, type LookupFunction, type Socket } from "node:net";
import type { HostRules } from "../../base/network/rules.ts";
import { nameOf, type Target } from "../../base/network/target.ts";
import type { Upstream } from "./upstream.ts";

const CONNECT_MS = 30_000;

/** Why a request goes no further. `refused`: by the rules, which is told to who reads the log. */
export class NoWay extends Error {
  readonly refused: boolean;

  constructor(reason: string, refused: boolean) {
    super(reason);
    this.refused = refused;
  }
}

/**
 * The addresses of a listed target that may be connected to. A name is looked up here and once: what it leads to is checked and
 * used, so that it can't lead elsewhere in between. Throws NoWay.
 */
export async function addressesOf(rules: HostRules, target: Target): Promise<string[]> {
  if (target.isAddress) return [target.host];
  const found = await lookup(target.host, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw new NoWay(`${target.host} can't be looked up: ${error.code ?? error.message}`, false);
  });
  const addresses = found.map(({ address }) => address);
  const allowed = addresses.filter((address) => rules.mayConnect(address, target.port));
  if (allowed.length > 0) return allowed;
  const reason = `its address ${addresses.join(", ")} belongs to no public network, and is not in isolation.hosts`;
  throw new NoWay(reason, true);
}

/** For `net.connect` and `http.request`: answers the addresses that were checked. */
export function answering(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return (_name, options, callback) => {
    if (options.all) callback(null, all);
    else callback(null, all[0]?.address ?? "", all[0]?.family);
  };
}

/** Connects to one of these addresses. Throws NoWay. */
export function connectTo(target: Target, addresses: readonly string[]): Promise<Socket> {
  const socket = connect({ host: target.host, port: target.port, lookup: answering(addresses), allowHalfOpen: true });
  return settled(socket, (resolve) => socket.once("connect", () => resolve(socket)));
}

/** A tunnel through the host's own proxy. Throws NoWay. */
export function tunnelThrough(upstream: Upstream, target: Target): Promise<Socket> {
  const authority = nameOf(target);
  const headers = { host: authority, ...loginOf(upstream) };
  const request = requestOf(upstream)({
    ...placeOf(upstream),
    method: "CONNECT",
    path: authority,
    headers,
    agent: false,
  });
  request.end();
  return settled(request, (resolve, reject) => {
    request.once("connect", ({ statusCode }, socket: Socket, head) => {
      if (head.length > 0) socket.unshift(head);
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      return reject(new NoWay(`the proxy of the host answered ${statusCode}`, false));
    });
    request.once("response", ({ statusCode }) => {
      request.destroy();
      reject(new NoWay(`the proxy of the host answered ${statusCode}`, false));
    });
  });
}

export function requestOf({ url }: Upstream): typeof httpRequest {
  return url.protocol === "https:" ? httpsRequest : httpRequest;
}

export function placeOf({ url }: Upstream): { host: string; port: number } {
  const usual = url.protocol === "https:" ? 443 : 80;
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port === "" ? usual : Number(url.port) };
}

export function loginOf({ authorization }: Upstream): Record<string, string> {
  return authorization === undefined ? {} : { "proxy-authorization": authorization };
}

function settled<T>(
  what: Socket | ClientRequest,
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => what.destroy(new Error("no answer within 30 s")), CONNECT_MS);
    const done = (error?: Error) => {
      clearTimeout(timer);
      if (error) reject(error instanceof NoWay ? error : new NoWay(error.message, false));
    };
    what.once("error", done);
    begin(
      (value) => {
        done();
        resolve(value);
      },
      (error) => done(error),
    );
  });
}
