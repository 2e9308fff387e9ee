import type { Services } from "../services.ts";

/** What the address of a download says: one artifact, for some time. Who holds it needs no token. */
export interface DownloadClaims {
  use: "download";
  artifact: string;
  /** Milliseconds since 1970. */
  exp: number;
}

type Parts = Pick<Services, "signer" | "clock" | "publicUrl">;

/** An absolute address that gives this artifact, and nothing else, to whoever has it, for `ttlMs` from now on. */
export function signDownload(services: Parts, artifactId: string, ttlMs: number): string {
  const { signer, clock, publicUrl } = services;
  const claims: DownloadClaims = { use: "download", artifact: artifactId, exp: clock.now() + ttlMs };
  return `${publicUrl()}/downloads/${signer.sign(claims)}`;
}

/** What a token of such an address says, or why it says nothing. */
export function readDownload({ signer, clock }: Parts, token: string): DownloadClaims | "unknown" | "expired" {
  const claims = signer.verify<DownloadClaims>(token, 0);
  if (claims?.use !== "download") return "unknown";
  return claims.exp < clock.now() ? "expired" : claims;
}
