import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type PlistValue } from "plist";
import { authorityOf } from "../certificates/authority.ts";
import type { Certificate } from "../certificates/certificate.ts";
import { TEAM } from "../certificates/identity.ts";
import { openssl } from "../certificates/openssl.ts";

export type ProfileType = "development" | "ad-hoc" | "app-store" | "enterprise";

export interface ProfileWish {
  type?: ProfileType;
  name?: string;
  uuid?: string;
  team?: string;
  /** "com.example.app", "com.example.*" or "*". */
  bundleId?: string;
  certificates: readonly Certificate[];
  fromMs?: number;
  untilMs?: number;
  /** Beside those that each type has. */
  entitlements?: Record<string, PlistValue>;
  /** Made by Xcode itself, for automatic signing. */
  managed?: boolean;
}

export interface MadeProfile {
  bytes: Buffer;
  /** Where a copy of it is. */
  file: string;
  name: string;
  uuid: string;
}

const DAY_MS = 86_400_000;

/** A provisioning profile as Apple gives them out: a property list signed by Apple. */
export function makeProfile(machineRoot: string, wish: ProfileWish): MadeProfile {
  const { type = "ad-hoc", uuid = randomUUID(), bundleId = "com.example.hello" } = wish;
  const name = wish.name ?? `${bundleId} ${type}`;
  const { profileSigner } = authorityOf(machineRoot);
  const plist = Buffer.from(`${build(contentOf({ ...wish, type, uuid, name, bundleId }))}\n`);
  const signer = ["-signer", profileSigner.certificate, "-inkey", profileSigner.key];
  const bytes = openssl(["cms", "-sign", "-binary", "-nodetach", "-outform", "der", ...signer], plist);
  const file = join(
    mkdtempSync(join(machineRoot, "apple-inc", "profile-")),
    `${name.replaceAll("/", "-")}.mobileprovision`,
  );
  writeFileSync(file, bytes);
  return { bytes, file, name, uuid };
}

function contentOf(
  wish: ProfileWish & { type: ProfileType; name: string; uuid: string; bundleId: string },
): PlistValue {
  const { type, name, uuid, team = TEAM, bundleId, certificates } = wish;
  const { fromMs = Date.now() - DAY_MS, untilMs = Date.now() + 365 * DAY_MS } = wish;
  const devices = ["00008030-000000000000001E", "00008110-000000000000002F"];
  return {
    AppIDName: "Example App",
    ApplicationIdentifierPrefix: [team],
    CreationDate: new Date(fromMs),
    Platform: ["iOS"],
    IsXcodeManaged: wish.managed ?? false,
    DeveloperCertificates: certificates.map(({ der }) => new Uint8Array(der)),
    Entitlements: {
      "application-identifier": `${team}.${bundleId}`,
      "keychain-access-groups": [`${team}.*`],
      "get-task-allow": type === "development",
      "com.apple.developer.team-identifier": team,
      ...(type === "app-store" ? { "beta-reports-active": true } : {}),
      ...wish.entitlements,
    },
    ExpirationDate: new Date(untilMs),
    Name: name,
    ...(type === "development" || type === "ad-hoc" ? { ProvisionedDevices: devices } : {}),
    ...(type === "enterprise" ? { ProvisionsAllDevices: true } : {}),
    TeamIdentifier: [team],
    TeamName: "Example Ltd",
    TimeToLive: Math.round((untilMs - fromMs) / DAY_MS),
    UUID: uuid,
    Version: 1,
  };
}
