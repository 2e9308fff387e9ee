import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type PlistValue } from "plist";
import type { SecretFile } from "../../../src/protocol/material.ts";
import { certificate, pkcs12 } from "./keystores.ts";
import { once, openssl } from "./tools.ts";

export const TEAM = "ABCDE12345";
export const PASSWORD = "apple pa§s";
export const DAY_MS = 86_400_000;

/**
 * Makes what stands in for Apple's certificates, with openssl at the first call: dev and dist of one team, other of another,
 * old expired and rsa, each as NAME.der, NAME.key, NAME.pem and NAME.p12.
 */
export function appleCertificates(folder: string): () => void {
  return once(() => {
    const subject = (name: string, team = TEAM) => `/C=US/O=Example Ltd/OU=${team}/CN=${name} (${team})`;
    certificate(folder, "dist", subject("Apple Distribution: Example Ltd"));
    certificate(folder, "dev", subject("Apple Development: Someone"));
    certificate(folder, "rsa", subject("iPhone Distribution: Example Ltd"), "-newkey", "rsa:2048");
    certificate(folder, "other", subject("Apple Distribution: Others", "ZZZZZ99999"));
    for (const name of ["dist", "dev", "rsa", "other"]) pkcs12(folder, name, `${name}.p12`, PASSWORD);
  });
}

export interface ProfileWish {
  certificates: readonly string[];
  name?: string;
  team?: string;
  bundleId?: string;
  prefix?: string;
  expiresMs?: number;
  more?: Record<string, PlistValue>;
  entitlements?: Record<string, PlistValue>;
}

/** A provisioning profile for the certificates of that names, signed by openssl as Apple signs: CMS around a property list. */
export function provisioningProfile(folder: string, wish: ProfileWish): SecretFile {
  const { name = "Example App Store", team = TEAM, prefix = team, bundleId = "com.example.app" } = wish;
  const plist = build({
    Name: name,
    UUID: "00000000-0000-4000-8000-000000000001",
    TeamIdentifier: [team],
    ApplicationIdentifierPrefix: [prefix],
    CreationDate: new Date(0),
    ExpirationDate: new Date(wish.expiresMs ?? Date.now() + 200 * DAY_MS),
    DeveloperCertificates: wish.certificates.map((each) => new Uint8Array(readFileSync(join(folder, `${each}.der`)))),
    Entitlements: { "application-identifier": `${prefix}.${bundleId}`, ...wish.entitlements },
    ...wish.more,
  });
  writeFileSync(join(folder, "profile.plist"), plist);
  return { fileName: `${name}.mobileprovision`, base64: signed(folder, "profile.plist").toString("base64") };
}

/** Signs a file of the folder, content included. */
export function signed(folder: string, file: string): Buffer {
  const signer = ["-signer", "dist.pem", "-inkey", "dist.key"];
  return openssl(folder, "smime", "-sign", "-nodetach", "-binary", "-in", file, ...signer, "-outform", "der");
}
