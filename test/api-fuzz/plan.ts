import { Random } from "../model/random.ts";
import { oneOf } from "../secrets/random-secrets.ts";
import type { Operation } from "./document.ts";
import type { Ground, Sender } from "./ground.ts";
import { oddText, wellFormed, withOneOdd } from "./odd-values.ts";
import { bodyOf } from "./plan-body.ts";
import { oddHeaders } from "./plan-headers.ts";
import { validValue } from "./valid-values.ts";

/** A request as it goes over the wire. */
export interface Planned {
  number: number;
  operation: Operation;
  method: string;
  /** With its query; only characters that may stand in a request's first line. */
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  sender: Sender;
  /** It is the operation's method and path, with any parameters. */
  straight: boolean;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "TRACE"];
const SENDERS: readonly Sender[] = [
  ...Array<Sender>(11).fill("admin"),
  ...(["builder", "builder", "reader", "viewer", "invalid", "nobody"] as const),
];
/** What only operators get into. They may change everything: they are given only what isn't the other account's. */
const OF_OPERATORS = new Set(["users", "accounts", "target-platforms", "keys"]);
/** What ends a login, or counts wrong passwords against a person. */
const OF_THE_VIEWER = new Set(["DELETE /api/v1/session", "PUT /api/v1/me/password", "POST /ionic/logout"]);

/** The request of that number: the same for the same ground, seed and operation. The first of an operation reaches it. */
export function planOf(ground: Ground, operation: Operation, seed: number, number: number, first: boolean): Planned {
  const random = new Random(seed * 1_000_003 + number * 7919);
  const sender = senderOf(random, operation);
  const wild = random.chance(0.3);
  const method = random.chance(0.04) && !first ? oneOf(random, METHODS) : operation.method;
  const scope = { ground, method, operator: sender === "operator" };
  const parameter = parameterOf(random, scope, wild);
  const path = sendable(filledPath(operation.path, parameter) + queryOf(random, operation, parameter));
  const broken =
    random.chance(0.02) && !first
      ? sendable(`${path}${oneOf(random, ["/", "//", "/..", "%", "%zz", "?a[b]=1&a[b]=2"])}`)
      : path;
  const token = ground.tokenOf(sender);
  const body = bodyOf(random, operation, (schema) => {
    const known = (field: string) => knownValue(random, scope, field);
    const valid = validValue(random, schema, known);
    return random.chance(0.45) ? withOneOdd(random, valid) : valid;
  });
  const credentials: Record<string, string> =
    token === undefined ? {} : { authorization: authorization(operation, token) };
  const address = { "x-forwarded-for": `10.9.${random.below(256)}.${random.below(256)}` };
  const headers = { ...address, ...credentials, ...body.headers, ...(random.chance(0.1) ? oddHeaders(random) : {}) };
  const straight = method === operation.method && broken === path;
  return { number, operation, method, path: broken, headers, body: body.bytes, sender, straight };
}

function senderOf(random: Random, { tag, title }: Operation): Sender {
  if (OF_OPERATORS.has(tag) && random.chance(0.4)) return "operator";
  if (OF_THE_VIEWER.has(title)) return random.chance(0.8) ? "viewer" : oneOf(random, ["builder", "nobody", "invalid"]);
  return oneOf(random, SENDERS);
}

function authorization({ security }: Operation, token: string): string {
  return security === "git" ? `Basic ${Buffer.from(`me:${token}`).toString("base64")}` : `Bearer ${token}`;
}

type ParameterOf = (name: string) => string;

/** What stands for a parameter: one's own, the other account's, or something odd. */
function parameterOf(random: Random, scope: Scope, wild: boolean): ParameterOf {
  return (name) => {
    const value = wild && random.chance(0.5) ? oddText(random) : `${knownValue(random, scope, name) ?? "nothing"}`;
    // Numbers and texts that could be a number or a name of the other account are not for operators.
    return scope.operator && /^\s*\d/.test(value) ? `n${value}` : value;
  };
}

interface Scope {
  ground: Ground;
  method: string;
  operator: boolean;
}

function knownValue(random: Random, scope: Scope, field: string): string | undefined {
  // Operators could make a sender one of them.
  const own = scope.ground.mine.names[scope.operator && field === "user" ? "email" : field];
  const pool = random.chance(0.35) ? (theirs(scope, field) ?? own) : own;
  return pool && pool.length > 0 ? oneOf(random, pool) : undefined;
}

/** What of the other account may be named. Not where it would become the name of something of one's own, and be seen as such later. */
function theirs({ ground, method, operator }: Scope, field: string): string[] | undefined {
  const values = ground.others.names[field];
  if (operator || (field === "name" && method !== "GET" && method !== "DELETE")) return undefined;
  // Who knows an e-mail may make its owner a member; who knows only a number may not.
  return field === "user" && method === "PUT" ? values?.filter((each) => /^\d+$/.test(each)) : values;
}

function filledPath(path: string, parameter: ParameterOf): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(parameter(name)));
}

function queryOf(random: Random, operation: Operation, parameter: ParameterOf): string {
  const known = operation.parameters.filter(({ in: place }) => place === "query");
  const chosen = known.filter(({ required }) => (required ? random.chance(0.95) : random.chance(0.4)));
  const pairs = chosen.map(({ name, schema }): [string, string] => {
    if (random.chance(0.2)) return [name, oddText(random)];
    return [
      name,
      `${validValue(random, schema, (field) => (field === "account" || field === "app" ? parameter(field) : undefined), name)}`,
    ];
  });
  if (random.chance(0.05)) pairs.push([oddText(random), oddText(random)]);
  if (random.chance(0.03) && pairs[0]) pairs.push(pairs[0]);
  return pairs.length === 0 ? "" : `?${pairs.map((pair) => pair.map(encoded).join("=")).join("&")}`;
}

function encoded(text: string): string {
  return encodeURIComponent(wellFormed(text.slice(0, 5000)));
}

/** Lines of a request hold no blanks and no control characters, and are not endless. */
function sendable(path: string): string {
  return path.slice(0, 12_000).replace(/[^\x21-\x7e]/g, (char) => encodeURIComponent(wellFormed(char)));
}
