/** Where programs in the sandbox find the proxy, and where the sandbox shows its socket. */
const PORT = 3128;
export const SOCKET_INSIDE = "/run/egress.sock";

/**
 * A sandbox without network has loopback only: this hands every connection there on to the proxy's socket. It says "ready" when
 * it listens, and is deaf to the signals by which a command is asked to end: until then the command has its network. It needs
 * no end of its own: with its command the sandbox ends.
 */
const HAND_ON = `
const net = require("node:net"), fs = require("node:fs");
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]) process.on(signal, () => {});
const server = net.createServer({ allowHalfOpen: true }, (one) => {
  const other = net.connect({ path: process.argv[1], allowHalfOpen: true });
  for (const [a, b] of [[one, other], [other, one]]) {
    a.on("error", () => b.destroy());
    a.once("close", () => a.readableEnded || b.destroy());
  }
  one.pipe(other).pipe(one);
});
server.on("error", (error) => { fs.writeSync(1, error.message); process.exit(1); });
server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  fs.writeSync(1, "ready");
  for (const fd of [1, 2]) { fs.closeSync(fd); fs.openSync("/dev/null", "w"); }
});
`;

/** Starts the bridge, waits for it, and becomes the command: process, exit code, signals and streams are the command's own. */
const START = `said=$( (exec env -i "$1" -e "$2" "$3" "$4" </dev/null 2>&1 &) )
if [ "$said" != ready ]; then echo "bwrap: the way to the proxy can't be opened: $said" >&2; exit 1; fi
shift 4; exec "$@"`;

/** What stands before a command in a sandbox, so that it reaches the proxy. */
export function bridgeBefore(): string[] {
  return ["/bin/sh", "-c", START, "sh", process.execPath, HAND_ON, SOCKET_INSIDE, String(PORT)];
}

/**
 * Variables by which programs find the proxy: the usual ones in both cases, npm's and yarn's own, which go before what a
 * project's .npmrc says, and Java's properties, which count for Gradle, its wrapper, daemon and workers.
 */
export function proxyVariables(environment: Readonly<Record<string, string>>): Record<string, string> {
  const address = `http://127.0.0.1:${PORT}`;
  const none = "localhost,127.0.0.1,::1";
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
  const own = ["npm_config_proxy", "npm_config_https_proxy", "YARN_HTTP_PROXY", "YARN_HTTPS_PROXY"];
  const java = [environment["JAVA_TOOL_OPTIONS"] ?? "", ...javaProperties()].filter((each) => each !== "");
  return {
    ...Object.fromEntries([...names, ...own].map((name) => [name, address])),
    ...{ NO_PROXY: none, no_proxy: none, npm_config_noproxy: none, ALL_PROXY: "", all_proxy: "" },
    NODE_USE_ENV_PROXY: "1", // Node 22.21 and later: what uses its own http and fetch
    JAVA_TOOL_OPTIONS: java.join(" "),
  };
}

function javaProperties(): string[] {
  const places = ["http", "https"].flatMap((kind) => [`-D${kind}.proxyHost=127.0.0.1`, `-D${kind}.proxyPort=${PORT}`]);
  return [...places, "-Dhttp.nonProxyHosts=localhost|127.*|[::1]"];
}
