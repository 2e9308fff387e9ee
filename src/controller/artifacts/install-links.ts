import type { Selectable } from "kysely";
import type { InstallLink } from "../../protocol/page-api.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { ArtifactRow } from "../store/tables.ts";

const LINK_MS = 3_600_000;

/** What the address of an install page says: one artifact, for some time. Who holds it needs no token. */
export interface InstallClaims {
  use: "install";
  artifact: string;
  /** Milliseconds since 1970. */
  exp: number;
}

type Parts = Pick<Services, "signer" | "clock" | "publicUrl">;

/** The address of a page that offers this artifact, and nothing else, to whoever has it, for an hour from now on. */
export function signInstall({ signer, clock, publicUrl }: Parts, artifactId: string): InstallLink {
  const claims: InstallClaims = { use: "install", artifact: artifactId, exp: clock.now() + LINK_MS };
  return { url: `${publicUrl()}/install/${signer.sign(claims)}`, expiresAt: new Date(claims.exp).toISOString() };
}

/** What a token of such an address says, or why it says nothing. */
export function readInstall({ signer, clock }: Parts, token: string): InstallClaims | "unknown" | "expired" {
  const claims = signer.verify<InstallClaims>(token, 0);
  if (claims?.use !== "install") return "unknown";
  return claims.exp < clock.now() ? "expired" : claims;
}

/** Why phones can't install this file; undefined when they can. */
export function whyNotInstallable(
  build: Pick<BuildWithApp, "build_type">,
  row: Pick<Selectable<ArtifactRow>, "kind" | "metadata">,
): string | undefined {
  if (row.kind === "apk") return undefined;
  if (row.kind === "aab") return "An aab is for Google Play, which makes the files for phones of it.";
  if (row.kind !== "ipa") return "Phones install apk and ipa files.";
  const { identifier, profileType } = productOf(row);
  if ([build.build_type, profileType].includes("app-store"))
    return "It is signed for the App Store: devices get it from there or from TestFlight only.";
  return identifier === undefined ? "Its bundle id is not known, and iOS asks for it." : undefined;
}

export interface Product {
  identifier?: string;
  versionName?: string;
  versionCode?: string;
  displayName?: string;
  profileType?: string;
}

/** What an app file says about itself, as far as it was found out. */
export function productOf({ metadata }: Pick<Selectable<ArtifactRow>, "metadata">): Product {
  const said = JSON.parse(metadata || "{}") as Record<string, unknown>;
  const known = ["identifier", "versionName", "versionCode", "displayName", "profileType"]
    .map((name) => [name, said[name]] as const)
    .filter(([, value]) => (typeof value === "string" && value !== "") || typeof value === "number");
  return Object.fromEntries(known.map(([name, value]) => [name, `${value as string | number}`]));
}
