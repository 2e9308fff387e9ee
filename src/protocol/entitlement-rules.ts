import { type Failure, failureOf } from "../base/errors/millwright-error.ts";
import { capabilityOf } from "./apple-capabilities.ts";

/** A value of a property list, so far as entitlements have them. */
export type EntitlementValue =
  | string
  | number
  | boolean
  | readonly EntitlementValue[]
  | { readonly [key: string]: EntitlementValue };

export type Entitlements = Readonly<Record<string, EntitlementValue>>;

/** Dates and raw bytes are nothing that an entitlement has. */
export function isEntitlementValue(value: unknown): value is EntitlementValue {
  if (["string", "number", "boolean"].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isEntitlementValue);
  if (typeof value !== "object" || value === null || value instanceof Date || ArrayBuffer.isView(value)) return false;
  return Object.values(value).every(isEntitlementValue);
}

/** What an app asks to be signed with. `source` says where it stands: `config.xml`. */
export interface WantedEntitlement {
  key: string;
  value: EntitlementValue;
  source: string;
}

/** The provisioning profile that signs the app of `bundleId`. */
export interface EntitlementGrant {
  /** Name of the security profile. */
  profile: string;
  /** Name of the provisioning profile. */
  name: string;
  teamId: string;
  bundleId: string;
  /** What it allows. */
  entitlements: Entitlements;
}

/** Why this provisioning profile can't sign an app with these entitlements; undefined when it can, so far as one can tell. */
export function entitlementFailure(grant: EntitlementGrant, wanted: readonly WantedEntitlement[]): Failure | undefined {
  const faults = wanted.filter((each) => !isGranted(each, grant));
  const [first] = faults;
  if (!first) return undefined;
  const lines = faults.map((each) => `${each.source} asks for ${described(each)}; allowed: ${allowed(each, grant)}`);
  const values = {
    profile: grant.profile,
    name: grant.name,
    entitlements: [...new Set(faults.map(({ key }) => key))].join(", "),
    source: first.source,
    wanted: described(first),
    allowed: allowed(first, grant),
    capability: capabilityOf(first.key),
    bundleId: grant.bundleId,
  };
  return failureOf("ENTITLEMENT_NOT_IN_PROFILE", values, lines.join("\n"));
}

/**
 * What a person should know though nothing is refused: with another `aps-environment` than the provisioning profile's Xcode
 * builds, and signs with that of the provisioning profile.
 */
export function entitlementWarnings(grant: EntitlementGrant, wanted: readonly WantedEntitlement[]): string[] {
  const given = grant.entitlements[APS];
  const other = wanted.find(
    ({ key, value }) => key === APS && typeof given === "string" && !matches(value, given, grant),
  );
  if (!other) return [];
  return [
    `${other.source} asks for aps-environment ${textOf(other.value)}, and the provisioning profile ${grant.name} gives ${textOf(given ?? "")}: push notifications will come from there.`,
  ];
}

const APS = "aps-environment";

function isGranted({ key, value }: WantedEntitlement, grant: EntitlementGrant): boolean {
  if (asksForNothing(value)) return true;
  const given = grant.entitlements[key];
  if (given === undefined) return isFree(key);
  return key === APS || matches(value, given, grant);
}

/** Those of the Mac's sandbox need nobody's leave, and apps that are also for the Mac have them. */
function isFree(key: string): boolean {
  return key.startsWith("com.apple.security.") && key !== "com.apple.security.application-groups";
}

/** Lists are parts of what is allowed, and a star at the end stands for anything. What can't be compared counts as allowed. */
function matches(value: EntitlementValue, given: EntitlementValue, grant: EntitlementGrant): boolean {
  if (isList(value)) return value.every((each) => matches(each, given, grant));
  if (typeof value === "boolean") return !value || typeof given !== "boolean" || given;
  if (typeof value === "number") return typeof given !== "number" || value === given;
  if (typeof value !== "string") return true;
  const text = expanded(value, grant);
  // A build setting, or a variable of a plugin, that only the build knows.
  if (/\$[\w({]/.test(text)) return true;
  const patterns: readonly EntitlementValue[] = isList(given) ? given : [given];
  if (patterns.some((pattern) => typeof pattern !== "string")) return true;
  return patterns.some((pattern) => typeof pattern === "string" && fits(text, pattern));
}

function fits(text: string, pattern: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** Xcode puts these in, in the round and in the curly notation. Old accounts have a prefix that is not the team's id. */
function expanded(text: string, { teamId, bundleId, entitlements }: EntitlementGrant): string {
  const id = entitlements["application-identifier"];
  const prefix = typeof id === "string" && id.includes(".") ? id.slice(0, id.indexOf(".")) : teamId;
  const values: Readonly<Record<string, string>> = {
    AppIdentifierPrefix: `${prefix}.`,
    TeamIdentifierPrefix: `${teamId}.`,
    DEVELOPMENT_TEAM: teamId,
    CFBundleIdentifier: bundleId,
    PRODUCT_BUNDLE_IDENTIFIER: bundleId,
  };
  return text.replace(/\$(?:\((\w+)\)|\{(\w+)\})/g, (whole, round?: string, curly?: string) => {
    return values[round ?? curly ?? ""] ?? whole;
  });
}

function asksForNothing(value: EntitlementValue): boolean {
  return value === false || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

function described({ key, value }: WantedEntitlement): string {
  return value === true ? key : `${key} ${textOf(value)}`;
}

function allowed({ key }: WantedEntitlement, { entitlements }: EntitlementGrant): string {
  const given = entitlements[key];
  return given === undefined ? "nothing of it" : textOf(given) || "none";
}

function textOf(value: EntitlementValue): string {
  if (isList(value)) return value.map(textOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isList(value: EntitlementValue): value is readonly EntitlementValue[] {
  return Array.isArray(value);
}
