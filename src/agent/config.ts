import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { loadEnvironmentFile } from "../base/config/environment-file.ts";
import { address, duration, size } from "../base/config/fields.ts";
import { lineIn, loadYaml } from "../base/config/load-yaml.ts";
import { hostRuleFault } from "../base/network/rules.ts";
import { CACHE_KINDS } from "../protocol/cache-use.ts";
import type { AllowLists } from "../protocol/job-folder/spec.ts";
import { isRepositoryPattern, PATTERN_EXPECTED } from "../protocol/repository-pattern.ts";
import { isSpecKey } from "../protocol/spec-signature.ts";
import { USER_CACHES } from "./disk/cleanable.ts";

const text = () => z.string("expected a text");
const hostEntry = () =>
  z.string("expected a text: put it in quotes").check((context) => {
    const message = hostRuleFault(context.value);
    if (message) context.issues.push({ code: "custom", message, input: context.value });
  });
const variables = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name"),
  z.string("expected a text: put numbers and true/false in quotes"),
);

/** What the network gives under a tag or a range is another thing tomorrow. */
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const EXACT_EXPECTED = "expected an exact version such as 12.0.0, no tag and no range";

const names = () => z.array(text().min(1)).prefault(["*"]);

/** Every key of agent.config.yaml. agent.config.example.yaml shows each with its default; a test holds both together. */
export const AGENT_CONFIG = z.strictObject({
  name: text().max(100).prefault(""),
  controller: z
    .strictObject({
      address: address().prefault("127.0.0.1:8081"),
      tls: z.boolean("expected true or false").prefault(true),
      caFile: text().prefault(""),
      keyFile: text().prefault(""),
      tokenFile: text().prefault("agent.token"),
    })
    .refine(({ tls, keyFile }) => tls || keyFile === "", "a host that joined speaks TLS: tls must be true with keyFile")
    .prefault({}),
  workFolder: text().prefault("millwright-agent"),
  slots: z.int("expected a whole number").min(1, "expected at least 1").max(64, "expected at most 64").prefault(1),
  spares: z.int("expected a whole number").min(0, "expected at least 0").max(8, "expected at most 8").prefault(1),
  targetPlatforms: z.array(text().min(1)).prefault([]),
  allow: z
    .strictObject({
      repositories: z.array(text().refine(isRepositoryPattern, PATTERN_EXPECTED)).prefault(["*"]),
      environments: names(),
      securityProfiles: names(),
      variables: names(),
    })
    .prefault({}),
  trust: z
    .strictObject({
      signedSpecs: z.enum(["if-known", "required", "off"], "expected if-known, required or off").prefault("if-known"),
      specKey: text()
        .refine((key) => key === "" || isSpecKey(key), "expected the specKey that the controller logs at its start")
        .prefault(""),
    })
    .refine(
      ({ signedSpecs, specKey }) => signedSpecs !== "required" || specKey !== "",
      "signedSpecs: required needs the specKey that the controller logs at its start",
    )
    .prefault({}),
  environmentFile: text().prefault(""),
  environment: variables.prefault({}),
  nodeFolders: z.array(text().min(1)).prefault([]),
  xcode: z
    .strictObject({
      folders: z.array(text().min(1)).prefault(["/Applications"]),
      preferred: z.string('expected a text: put a version such as "26.0" in quotes').prefault(""),
    })
    .prefault({}),
  cordova: z
    .strictObject({
      version: text().regex(EXACT, EXACT_EXPECTED).prefault("12.0.0"),
      android: z.union([z.literal(""), text().regex(EXACT)], EXACT_EXPECTED).prefault(""),
      ios: z.union([z.literal(""), text().regex(EXACT)], EXACT_EXPECTED).prefault(""),
      pinned: z.enum(["auto", "required"], "expected auto or required").prefault("auto"),
    })
    .prefault({}),
  job: z
    .strictObject({
      timeout: duration().prefault("60m"),
      silence: duration().prefault("30m"),
      cancelGrace: duration().prefault("10s"),
      keepWorktree: z.boolean("expected true or false").prefault(false),
      terminal: z.boolean("expected true or false").prefault(false),
    })
    .prefault({}),
  isolation: z
    .strictObject({
      mode: z.enum(["auto", "required", "off"], "expected auto, required or off").prefault("auto"),
      network: z
        .union([z.boolean(), z.enum(["on", "off", "allow-list"])], "expected on, off or allow-list")
        .prefault("on")
        .transform((said) => (typeof said === "boolean" ? (said ? "on" : "off") : said)),
      hosts: z.array(hostEntry()).prefault([]),
      seccomp: z.enum(["auto", "off"], "expected auto or off").prefault("auto"),
      sandboxExec: z.enum(["auto", "off"], "expected auto or off").prefault("off"),
      readable: z.array(text().min(1)).prefault([]),
      writable: z.array(text().min(1)).prefault([]),
      maxProcesses: z.int("expected a whole number").min(0, "expected 0 (no limit) or more").prefault(4096),
      maxMemory: size().prefault("0B"),
      maxDisk: size().prefault("0B"),
    })
    .prefault({}),
  disk: z
    .strictObject({
      minFree: size().prefault("5GiB"),
      cleanBelow: size().prefault("10GiB"),
      keepDays: z.number("expected a number of days").min(1, "expected at least 1").prefault(30),
      maxCache: size().prefault("30GiB"),
      cleanEvery: duration().prefault("6h"),
      userCaches: z.array(z.enum(USER_CACHES, `expected one of ${USER_CACHES.join(", ")}`)).prefault([]),
    })
    .prefault({}),
  caches: z
    .strictObject({
      keep: z
        .array(z.enum(CACHE_KINDS, `expected one of ${CACHE_KINDS.join(", ")}`))
        .prefault(["npm", "node-modules", "gradle", "cocoapods"]),
      maxEntry: size().prefault("4GiB"),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(["debug", "info", "warn", "error"], "expected debug, info, warn or error").prefault("info"),
      limit: size().prefault("48MiB"),
      tail: size().prefault("1MiB"),
    })
    .prefault({}),
  http: z.strictObject({ address: address().prefault("127.0.0.1:8082") }).prefault({}),
});

type Written = z.output<typeof AGENT_CONFIG>;

/** The configuration as the agent uses it: paths absolute, the environment of builds complete. */
export interface AgentConfig extends Written {
  buildEnvironment: Record<string, string>;
  /** Where each list of `allow` stands. */
  ruledBy: AllowLists["ruledBy"];
}

/**
 * Holds the configuration, and reads its file anew when asked. What can't change while the agent runs (name, controller,
 * work folder, addresses) stays as it was; a broken file changes nothing and is thrown as from `loadAgentConfig`.
 */
export class LiveConfig {
  private readonly file: string;
  current: AgentConfig;

  constructor(file: string, env: Readonly<Record<string, string | undefined>>) {
    this.file = file;
    this.current = loadAgentConfig(file, env);
  }

  /** Answers the keys that have another value from now on, and those that differ in the file but need a restart. */
  reload(env: Readonly<Record<string, string | undefined>>): { changed: string[]; needRestart: string[] } {
    const fresh = loadAgentConfig(this.file, env);
    const { name, controller, workFolder, http } = this.current;
    const now = { ...fresh, name, controller, workFolder, http };
    const changed = differentKeys(this.current, now);
    this.current = now;
    return { changed, needRestart: differentKeys(now, fresh) };
  }
}

/** `slots`, `disk.minFree`: the keys of the file by which two configurations differ. */
function differentKeys(one: AgentConfig, other: AgentConfig): string[] {
  const { buildEnvironment: ofOne, ruledBy: _, ...before } = one;
  const { buildEnvironment: ofOther, ruledBy: __, ...after } = other;
  const keys = differences(before, after);
  const said = keys.some((key) => key.startsWith("environment"));
  return said || isDeepStrictEqual(ofOne, ofOther) ? keys : [...keys, "environmentFile"];
}

function differences(one: object, other: object, at = ""): string[] {
  return Object.entries(one).flatMap(([key, value]) => {
    const fresh: unknown = (other as Record<string, unknown>)[key];
    if (isDeepStrictEqual(value, fresh)) return [];
    const isPart = typeof value === "object" && value !== null && !Array.isArray(value) && key !== "environment";
    return isPart ? differences(value as object, fresh as object, `${at}${key}.`) : [`${at}${key}`];
  });
}

/** Variables of the agent's own environment that builds may see; everything else stays with the agent. */
const INHERITED = [
  "PATH",
  "LANG",
  "LC_ALL",
  "TZ",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** Reads the agent's configuration. Relative paths are those of the file's folder. Throws CONFIG_… with file and line. */
export function loadAgentConfig(file: string, env: Readonly<Record<string, string | undefined>>): AgentConfig {
  const written = loadYaml(file, AGENT_CONFIG);
  const from = (path: string) => resolve(dirname(resolve(file)), path);
  const inherited: Record<string, string> = { LANG: "en_US.UTF-8" };
  for (const name of INHERITED) if (env[name] !== undefined) inherited[name] = env[name];
  const fileVariables = written.environmentFile ? loadEnvironmentFile(from(written.environmentFile), env) : {};
  return {
    ...written,
    name: written.name || hostname(),
    controller: {
      ...written.controller,
      caFile: written.controller.caFile && from(written.controller.caFile),
      keyFile: written.controller.keyFile && from(written.controller.keyFile),
      tokenFile: from(written.controller.tokenFile),
    },
    workFolder: from(written.workFolder),
    nodeFolders: written.nodeFolders.map(from),
    xcode: {
      folders: written.xcode.folders.map(from),
      preferred: written.xcode.preferred.includes("/") ? from(written.xcode.preferred) : written.xcode.preferred,
    },
    isolation: {
      ...written.isolation,
      readable: written.isolation.readable.map(from),
      writable: written.isolation.writable.map(from),
    },
    buildEnvironment: { ...inherited, ...fileVariables, ...written.environment },
    ruledBy: ruledBy(file),
  };
}

function ruledBy(file: string): AllowLists["ruledBy"] {
  const at = (list: string) => `${lineIn(file, ["allow", list])}: allow.${list}`;
  const lists = ["repositories", "environments", "securityProfiles", "variables"].map((list) => [list, at(list)]);
  return Object.fromEntries(lists) as AllowLists["ruledBy"];
}
