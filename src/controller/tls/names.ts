import { hostname, networkInterfaces } from "node:os";
import { splitAddress } from "../../base/config/host-port.ts";
import { isServerName } from "../../base/config/server-name.ts";

const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** Where the controller listens and how it is called elsewhere. */
export interface Reached {
  /** host:port each. */
  http: string;
  grpc: string;
  publicUrl?: string | undefined;
  publicGrpc?: string | undefined;
  /** What else the operator says. */
  tlsNames?: readonly string[] | undefined;
}

/**
 * The names and addresses that agents and people may reach the controller by, sorted. Those of this host's network
 * interfaces are among them when it listens on all.
 */
export function serverNames(reached: Reached): string[] {
  const hosts = [reached.http, reached.grpc, reached.publicGrpc ?? ""].map((each) => splitAddress(each).host);
  const url = reached.publicUrl ? [new URL(reached.publicUrl).hostname.replace(/^\[|\]$/g, "")] : [];
  const all = hosts.some((host) => EVERYWHERE.has(host)) ? ownAddresses() : [];
  const given = [...hosts, ...url, ...all, ...(reached.tlsNames ?? [])].filter((host) => !EVERYWHERE.has(host));
  const names = new Set([hostname(), "localhost", "127.0.0.1", "::1", ...given].map((name) => name.toLowerCase()));
  return [...names].filter(isServerName).sort();
}

/** Where agents are told to connect: what the operator says, else the host's name where it listens on all addresses. */
export function grpcAddressForAgents(reached: Pick<Reached, "publicGrpc" | "publicUrl">, listening: string): string {
  if (reached.publicGrpc) return reached.publicGrpc;
  const { host, port } = splitAddress(listening);
  if (!EVERYWHERE.has(host)) return listening;
  return `${reached.publicUrl ? new URL(reached.publicUrl).hostname : hostname()}:${port}`;
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.filter(({ internal, address }) => !internal && !address.startsWith("fe80:")).map(({ address }) => address);
}
