import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { type Entitlements, isEntitlementValue } from "../../protocol/entitlement-rules.ts";
import type { SecretFile } from "../../protocol/material.ts";
import { looksLike } from "../file-kind/looks-like.ts";
import { Unreadable } from "../unreadable.ts";
import { type Fields, provisioningPlist } from "./provisioning-plist.ts";
import { signedContent } from "./signed-content.ts";
import { type AppleIdentity, appleIdentity } from "./signing-certificate.ts";

export interface ProvisioningFacts {
  name: string;
  uuid: string;
  teamId: string;
  /** Without the prefix; "*" or "com.example.*" fits several apps. */
  bundleId: string;
  type: "development" | "ad-hoc" | "app-store" | "enterprise";
  createdMs: number;
  expiresMs: number;
  /** Of the certificates that may sign, lower-case hex. */
  certificateSha1s: string[];
  /** Their names, in the same order. */
  certificateNames: string[];
  /** How many devices may run the app; 0 where devices aren't named. */
  devices: number;
  /** What it allows; missing where an older release has read and stored it. */
  entitlements?: Entitlements;
}

/** Reads a .mobileprovision. Throws only MillwrightErrors: PROVISIONING_PROFILE_UNREADABLE. */
export function readProvisioningProfile(profile: string, file: SecretFile): ProvisioningFacts {
  const bytes = Buffer.from(file.base64, "base64");
  try {
    if (bytes.length === 0) throw new Unreadable("damaged", "The file is empty.");
    return factsOf(provisioningPlist(contentOf(bytes).toString("utf8")));
  } catch (thrown) {
    if (thrown instanceof MillwrightError) throw thrown;
    const reason = thrown instanceof Unreadable ? thrown.message : "Its content contradicts its format.";
    const values = { profile, file: file.fileName, reason };
    throw errorOf("PROVISIONING_PROFILE_UNREADABLE", values, { cause: thrown });
  }
}

function contentOf(bytes: Buffer): Buffer {
  const { what } = looksLike(bytes);
  // A chain of certificates is the same kind of file, so that only reading it tells.
  if (bytes[0] !== 0x30) throw new Unreadable("damaged", `It looks like ${what}.`);
  try {
    return signedContent(bytes);
  } catch (thrown) {
    if (thrown instanceof Unreadable && thrown.trouble === "truncated") throw thrown;
    if (/provisioning profile/.test(what)) throw thrown;
    throw new Unreadable("damaged", `It looks like ${what}.`, thrown);
  }
}

function factsOf(fields: Fields): ProvisioningFacts {
  const certificates = fields.blobs("DeveloperCertificates").map((der): AppleIdentity => appleIdentity(der));
  const teamId = fields.texts("TeamIdentifier")[0] ?? "";
  if (teamId === "") throw new Unreadable("damaged", "Its property list has no TeamIdentifier.");
  const devices = fields.texts("ProvisionedDevices").length;
  return {
    name: fields.text("Name"),
    uuid: fields.text("UUID"),
    teamId,
    bundleId: bundleIdOf(fields),
    type: typeOf(fields),
    createdMs: fields.date("CreationDate"),
    expiresMs: fields.date("ExpirationDate"),
    certificateSha1s: certificates.map(({ sha1 }) => sha1),
    certificateNames: certificates.map(({ commonName }) => commonName),
    devices,
    entitlements: entitlementsOf(fields),
  };
}

/** Dates and raw bytes are nothing that an entitlement has. */
function entitlementsOf(fields: Fields): Entitlements {
  return Object.fromEntries(
    fields.entries("Entitlements").flatMap(([key, value]) => (isEntitlementValue(value) ? [[key, value]] : [])),
  );
}

/** Old accounts have a prefix that is not the team's id. */
function bundleIdOf(fields: Fields): string {
  const entitlements = fields.fields("Entitlements");
  const id = entitlements.text("application-identifier");
  const prefix = fields.texts("ApplicationIdentifierPrefix").find((each) => id.startsWith(`${each}.`));
  return id.slice(prefix ? prefix.length + 1 : id.indexOf(".") + 1);
}

/** One for the store has no list of devices at all. */
function typeOf(fields: Fields): ProvisioningFacts["type"] {
  if (fields.flag("ProvisionsAllDevices")) return "enterprise";
  if (!fields.hasList("ProvisionedDevices")) return "app-store";
  return fields.fields("Entitlements").flag("get-task-allow") ? "development" : "ad-hoc";
}
