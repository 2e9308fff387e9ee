import type { Origin } from "./origin.ts";
import { httpOrigin, parseAddress, parseUrl, sshHost } from "./repository-address.ts";

/** Why an address of .gitmodules isn't fetched: for a sentence. */
export interface Refusal {
  reason: string;
}

const SCP = /^(?:[A-Za-z0-9_][^@/:\s]*@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)([^-].*)$/;
const ALLOWED = "only http, https and ssh are fetched, and addresses relative to those";

/**
 * Where a submodule comes from, by the `url` of .gitmodules. The app's credentials go with it only where the app's own
 * repository is on that host; there an ssh address is fetched by the app's http(s) instead, as its token can't be used
 * with ssh. Everything else that git would take for an address (local paths, `ext::`, options) is refused.
 */
export function submoduleOrigin(app: Origin, parent: Origin, path: string, url: string): Origin | Refusal {
  const whole = /^\.\.?\//.test(url) ? relativeTo(parent.url, url) : url;
  if (whole === undefined) return { reason: `${shown(url)} is relative to ${parent.url}; ${ALLOWED}` };
  if (!isFetchable(whole)) return { reason: `its address is ${shown(whole)}; ${ALLOWED}` };
  const address = parseAddress(whole);
  const known = { fromCommit: true, path };
  const appHttp = httpOrigin(app.url);
  const host = sshHost(address.url);
  if (appHttp !== undefined && host !== undefined && host === new URL(appHttp).hostname) {
    return { url: `${appHttp}/${sshPath(address.url)}`, appLogin: true, ...known };
  }
  const sameHttp = appHttp !== undefined && httpOrigin(address.url) === appHttp;
  const sameSsh = host !== undefined && sshHost(app.url) === host;
  return { ...address, appLogin: !address.login && (sameHttp || sameSsh), ...known };
}

function isFetchable(url: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f\\]/.test(url) || url.startsWith("-") || /^[a-z0-9+.-]*::/i.test(url)) return false;
  const parsed = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? parseUrl(url) : undefined;
  if (!parsed) return !url.includes("://") && SCP.test(url);
  const plain = !parsed.hostname.startsWith("-") && !parsed.username.startsWith("-") && parsed.hostname !== "";
  return plain && ["http:", "https:", "ssh:"].includes(parsed.protocol);
}

/** As git resolves it: `../lib.git` beside the repository that names it. Undefined where that is no server's. */
function relativeTo(parent: string, url: string): string | undefined {
  const base = parseUrl(parent);
  if (base && /^(https?|ssh):$/.test(base.protocol)) return new URL(url, `${parent.replace(/\/+$/, "")}/`).href;
  const [, , path] = SCP.exec(parent) ?? [];
  if (path === undefined) return undefined;
  const place = path.split("/").filter((part) => part !== "");
  for (const part of url.split("/")) {
    if (part === "..") {
      if (place.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") place.push(part);
  }
  return `${parent.slice(0, parent.length - path.length)}${path.startsWith("/") ? "/" : ""}${place.join("/")}`;
}

function sshPath(url: string): string {
  const path = parseUrl(url)?.protocol === "ssh:" ? new URL(url).pathname : url.slice(url.indexOf(":") + 1);
  return path.replace(/^\/+/, "");
}

function shown(url: string): string {
  return JSON.stringify(url.slice(0, 200));
}
