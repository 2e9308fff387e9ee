import { createHash } from "node:crypto";

/** The address of a repository, with what was in it of a login taken out. */
export interface RepositoryAddress {
  /** Safe to show and to pass to git. */
  url: string;
  login?: { username: string; password: string };
}

/** Takes `user:password@` out of an http(s) address. Other addresses stay as they are: `git@host:path` is no secret. */
export function parseAddress(gitUrl: string): RepositoryAddress {
  const url = parseUrl(gitUrl);
  if (!url) return { url: gitUrl }; // a local path, or host:path
  if (url.protocol === "ssh:" && url.password !== "") {
    url.password = "";
    return { url: url.href };
  }
  if (!["http:", "https:"].includes(url.protocol) || (url.username === "" && url.password === "")) {
    return { url: gitUrl };
  }
  const login = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = "";
  url.password = "";
  return { url: url.href, login };
}

/** Name of the mirror's folder: the same for every build of that address, within `scope`. */
export function mirrorName(address: RepositoryAddress, scope = ""): string {
  const hash = createHash("sha256").update(address.url);
  if (scope !== "") hash.update(`\n${scope}`);
  return `${hash.digest("hex").slice(0, 32)}.git`;
}

/** Where a login may be sent: `https://example.com:8443`. Undefined for other addresses than http(s). */
export function httpOrigin(url: string): string | undefined {
  const parsed = parseUrl(url);
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined;
}

/** The host of `ssh://user@host/path` and of `user@host:path`; undefined for others. */
export function sshHost(url: string): string | undefined {
  const parsed = parseUrl(url);
  if (parsed?.protocol === "ssh:") return parsed.host.toLowerCase();
  return /^(?:[^@/:\s]+@)?([^@/:\s]+):(?!\/\/)/.exec(url)?.[1]?.toLowerCase();
}

export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
