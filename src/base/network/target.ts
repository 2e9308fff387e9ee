import { isIPv4, isIPv6 } from "node:net";

/** Where a request wants to go. */
export interface Target {
  /** A name in lower case, or an address without brackets. */
  host: string;
  isAddress: boolean;
  port: number;
}

/**
 * Reads `host:port` as a request of a proxy names it; undefined for all that a program could read in another way: user names,
 * a dot at the end, numbers that some systems take for addresses (`127.1`, `0x7f000001`, `2130706433`), zones, other letters.
 */
export function readAuthority(text: string, usualPort?: number): Target | undefined {
  const [, host = "", digits] = /^(\[[^[\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? usualPort : Number(digits);
  if (port === undefined || port < 1 || port > 65_535) return undefined;
  if (host.startsWith("[")) {
    const address = host.slice(1, -1).toLowerCase();
    return isIPv6(address) && !address.includes("%") ? { host: address, isAddress: true, port } : undefined;
  }
  if (isIPv4(host)) return { host, isAddress: true, port };
  const name = host.toLowerCase();
  return isHostName(name) ? { host: name, isAddress: false, port } : undefined;
}

/** Whether this is a name in lower case, and can be taken for no address. */
export function isHostName(text: string): boolean {
  const labels = text.split(".");
  const last = labels.at(-1) ?? "";
  if (text.length > 253 || /^(\d+|0x[0-9a-f]*)$/.test(last)) return false;
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}

/** Reads `http://host[:port]/path` of a request to a proxy; undefined for every other form. */
export function readUrl(text: string): (Target & { path: string; authority: string }) | undefined {
  const [, authority = "", path = ""] = /^http:\/\/([^/?#\\\s]+)([/?][^#\s]*)?$/i.exec(text) ?? [];
  const target = readAuthority(authority, 80);
  if (!target) return undefined;
  return { ...target, authority: nameOf(target, 80), path: path.startsWith("/") ? path : `/${path}` };
}

/** `host:port`, `[v6]:port`; without the port where it is the usual one. */
export function nameOf({ host, port }: Target, usualPort?: number): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === usualPort ? name : `${name}:${port}`;
}
