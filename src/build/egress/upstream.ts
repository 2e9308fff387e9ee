import type { Target } from "../../base/network/target.ts";

/** The proxy that this host itself needs. */
export interface Upstream {
  url: URL;
  /** For the header Proxy-Authorization. */
  authorization: string | undefined;
}

/**
 * By which proxy the host reaches a target, as the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY of its environment say;
 * undefined when directly.
 */
export function upstreamOf(
  environment: Readonly<Record<string, string>>,
  kind: "http" | "https",
  target: Target,
): Upstream | undefined {
  const said = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const address = said(kind === "https" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (address === "" || isExcepted(said("NO_PROXY"), target)) return undefined;
  const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`);
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { url, authorization: url.username === "" ? undefined : `Basic ${Buffer.from(login).toString("base64")}` };
}

/** `NO_PROXY` as most programs read it: `*`, `host`, `.domain`, `*.domain`, each with `:port` or without. */
function isExcepted(noProxy: string, { host, port }: Target): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((each) => each !== "")
    .some((each) => {
      const [, name = "", only] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(each.toLowerCase()) ?? [];
      if (only !== undefined && Number(only) !== port) return false;
      const domain = name.replace(/^\*?\./, "");
      return name === "*" || host === domain || host.endsWith(`.${domain}`);
    });
}
