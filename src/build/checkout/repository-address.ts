import { createHash } from "node:crypto";

/** The address of a repository, with what was in it of a login taken out. */
export interface RepositoryAddress {
  /** Safe to show and to pass to git. */
  url: string;
  login?: { username: string; password: string };
}

/** Takes `user:password@` out of an http(s) address. Other addresses stay as they are: `git@host:path` is no secret. */
export function parseAddress(gitUrl: string): RepositoryAddress {
  let url: URL;
  try {
    url = new URL(gitUrl);
  } catch {
    return { url: gitUrl }; // a local path, or host:path
  }
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

/** Name of the mirror's folder: the same for every app of that address. */
export function mirrorName(address: RepositoryAddress): string {
  return `${createHash("sha256").update(address.url).digest("hex").slice(0, 32)}.git`;
}
