import { connect } from "node:net";
import { splitAddress } from "../../base/config/host-port.ts";
import { type Check, ok, wrong } from "./check.ts";

const NAMED = { id: "proxies", title: "Proxies" };
const NAMES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] as const;
const PATIENCE_MS = 3_000;

type Variables = Readonly<Record<string, string | undefined>>;

/** Of whom the proxies are looked at. */
export interface ProxyUsers {
  /** What builds get. */
  builds: Variables;
  /** What the agent itself gets, when it is started as this command was. */
  agent: Variables;
  /** host:port of the controller. */
  controller: string | undefined;
  /** Builds for Android run here. */
  android: boolean;
}

/**
 * What the variables for proxies mean to each program: git and CocoaPods (curl) read `http_proxy` in small letters only, npm
 * reads all, Gradle none, and the agent's gRPC takes `https_proxy`, then `http_proxy`, also for its controller.
 */
export async function checkProxies(users: ProxyUsers): Promise<Check> {
  const { builds, agent, controller, android } = users;
  const set = NAMES.filter((name) => (builds[name] ?? "") !== "");
  const troubles: [what: string, next: string][] = [];
  for (const name of set) {
    const why = await whyUnusable(builds[name] ?? "");
    if (why !== undefined) troubles.push([`${name} is ${shown(builds[name] ?? "")}: ${why}`, `Set ${name} right.`]);
  }
  if (builds["HTTP_PROXY"] && !builds["http_proxy"])
    troubles.push(["git reads no HTTP_PROXY in capitals", "Set http_proxy to the same."]);
  const [first] = set;
  if (first !== undefined && android && !gradleHasProxy(builds)) troubles.push(gradleTrouble(builds[first] ?? ""));
  const own = ["grpc_proxy", "https_proxy", "http_proxy"].find((name) => (agent[name] ?? "") !== "");
  if (own !== undefined && controller !== undefined && !isExempt(splitAddress(controller).host, agent)) {
    const { host } = splitAddress(controller);
    troubles.push([`the agent goes to its controller by ${own}`, `Add ${host} to no_proxy, unless that is meant.`]);
  }
  const found = set.map((name) => `${name}=${shown(builds[name] ?? "")}`).join(", ") || "none for builds";
  if (troubles.length === 0) return ok(NAMED, found);
  const told = `${found}; ${troubles.map(([what]) => what).join("; ")}.`;
  return wrong(NAMED, "warning", told, troubles.map(([, next]) => next).join(" "));
}

/** Without user and password. */
function shown(address: string): string {
  if (!URL.canParse(address)) return address.includes("@") ? "(hidden: it holds a password)" : address;
  const { protocol, host } = new URL(address);
  return host === "" ? address.replace(/.*@/, "") : `${protocol}//${host}`;
}

async function whyUnusable(address: string): Promise<string | undefined> {
  if (!URL.canParse(address) || new URL(address).hostname === "") return "no address such as http://proxy:3128";
  const { hostname, port, protocol } = new URL(address);
  return reach(hostname.replace(/^\[|\]$/g, ""), Number(port || (protocol === "https:" ? 443 : 80)));
}

function reach(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(PATIENCE_MS, () => done("no answer"));
    socket.once("connect", () => done(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}

function gradleHasProxy(variables: Variables): boolean {
  return ["GRADLE_OPTS", "JAVA_OPTS", "JAVA_TOOL_OPTIONS", "GRADLE_USER_HOME"].some((name) =>
    name === "GRADLE_USER_HOME" ? variables[name] !== undefined : /https?\.proxyHost/.test(variables[name] ?? ""),
  );
}

function gradleTrouble(address: string): [string, string] {
  const { hostname, port } = URL.canParse(address) ? new URL(address) : { hostname: "PROXY", port: "3128" };
  const host = hostname || "PROXY";
  const options = `-Dhttps.proxyHost=${host} -Dhttps.proxyPort=${port || "80"}`;
  return ["Gradle reads none of them", `Add GRADLE_OPTS: "${options}" to \`environment\` of the configuration.`];
}

/** As gRPC does it: the name itself, or a domain that it ends with. */
function isExempt(host: string, variables: Variables): boolean {
  const list = variables["no_grpc_proxy"] ?? variables["no_proxy"] ?? "";
  return list.split(",").some((entry) => entry.trim() !== "" && host.endsWith(entry.trim()));
}
