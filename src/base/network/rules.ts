import { type BlockList, isIPv4, isIPv6 } from "node:net";
import { blockList, holds, isPublic } from "./addresses.ts";
import { isHostName, type Target } from "./target.ts";

/** Ports of an entry that names none. */
const USUAL_PORTS = [443, 80];

/** One entry of isolation.hosts. */
interface HostRule {
  matches(target: Pick<Target, "host" | "isAddress">): boolean;
  ports: readonly number[];
}

/** What builds may reach, as isolation.hosts says it. */
export interface HostRules {
  /** Whether this name, or this address, is listed. */
  allow(target: Target): boolean;
  /** Whether a listed name may lead to this address: a public one, or one that is listed itself. */
  mayConnect(address: string, port: number): boolean;
}

/** Throws for an entry with a fault: see `hostRuleFault`. */
export function hostRules(entries: readonly string[]): HostRules {
  const rules = entries.map(ruleOf);
  const allow = (target: Target) =>
    rules.some((rule) => rule.ports.includes(target.port) && rule.matches({ ...target }));
  return {
    allow,
    mayConnect: (address, port) => isPublic(address) || allow({ host: address, isAddress: true, port }),
  };
}

/** Why this can't stand in isolation.hosts; undefined when it can. */
export function hostRuleFault(entry: string): string | undefined {
  try {
    ruleOf(entry);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** `name`, `*.name`, `10.0.0.5`, `10.0.0.0/8`, `[fd00::1]`, each with `:port` or without. */
function ruleOf(entry: string): HostRule {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const host = (bracketed ?? plain ?? entry).toLowerCase();
  const port = Number(digits ?? USUAL_PORTS[0]);
  if (port < 1 || port > 65_535) throw new Error(`${entry}: there is no port ${digits}`);
  const ports = digits === undefined ? USUAL_PORTS : [port];
  const [address = ""] = host.split("/");
  if (isIPv4(address) || isIPv6(address)) {
    const list = rangeOf(entry, host);
    return { ports, matches: (target) => target.isAddress && holds(list, target.host) };
  }
  const isBelow = host.startsWith("*.");
  const name = isBelow ? host.slice(2) : host;
  if (bracketed !== undefined || !isHostName(name)) {
    throw new Error(
      `${entry}: expected a name (registry.example.org, *.example.org) or an address, with :PORT or without`,
    );
  }
  return {
    ports,
    matches: ({ host: asked, isAddress }) => !isAddress && (isBelow ? asked.endsWith(`.${name}`) : asked === name),
  };
}

function rangeOf(entry: string, range: string): BlockList {
  const [address = "", prefix] = range.split("/");
  const most = isIPv4(address) ? 32 : 128;
  if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= most)) {
    throw new Error(`${entry}: expected a range such as 10.0.0.0/8 or fd00::/8`);
  }
  return blockList([range]);
}
