/** A repository, however its address is written: two addresses of one repository give the same name. */
export interface RepositoryName {
  /** `https`, `ssh`, `http`, `git` or `file`. */
  scheme: string;
  /** Small letters; empty for `file`. */
  host: string;
  /** Empty for the scheme's own. */
  port: string;
  /** Without a slash before it, and without `.git`. */
  path: string;
}

const PORTS: Readonly<Record<string, string>> = { https: "443", http: "80", ssh: "22", git: "9418", file: "" };
const WITH_SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/]*)@)?([^@/:]*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/(.*)$/i;
/** As ssh and scp write it; a path of this host has a slash before any colon. */
const SCP = /^(?:([^@/:]*)@)?([^@/:[\]]+):(.*)$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;

/**
 * Reads the address of a repository as strictly as there is only one way to take it; undefined for what git, ssh and HTTP
 * might take differently: encoded characters, backslashes, queries, `..`, two `@`, other schemes.
 */
export function repositoryName(address: string): RepositoryName | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f-\uffff\\?#]/.test(address) || address.startsWith("-") || address.includes("::")) return undefined;
  if (address.startsWith("/")) return named("file", "", "", address);
  const [, scheme = "", login = "", host = "", port = "", path = ""] = WITH_SCHEME.exec(address) ?? [];
  if (scheme !== "") return login.startsWith("-") ? undefined : named(scheme.toLowerCase(), host, port, path);
  const [, user = "", server = "", place = ""] = address.includes("://") ? [] : (SCP.exec(address) ?? []);
  const odd = user.startsWith("-") || (user === "" && server.toLowerCase() in PORTS); // https:host/path is one for some programs
  return server === "" || odd ? undefined : named("ssh", server, "", place);
}

/** For a sentence: `github.com/acme/app`, `http://git.acme.com:8080/app`. */
export function nameText({ scheme, host, port, path }: RepositoryName): string {
  const plain = scheme === "https" || scheme === "ssh";
  return `${plain ? "" : `${scheme}://`}${host}${port === "" ? "" : `:${port}`}/${path}`;
}

function named(scheme: string, shownHost: string, shownPort: string, shownPath: string): RepositoryName | undefined {
  const usual = PORTS[scheme];
  const host = shownHost.toLowerCase();
  if (usual === undefined || (scheme === "file" ? host !== "" || shownPort !== "" : !HOST.test(host))) return undefined;
  const path = shownPath
    .replace(/^\//, "")
    .replace(/\/$/, "")
    .replace(/\.git$/, "");
  const parts = path.split("/");
  if (path.includes("%") || parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  return { scheme, host, port: shownPort === usual ? "" : shownPort, path };
}
