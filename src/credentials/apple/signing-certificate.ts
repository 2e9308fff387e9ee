import { type CertificateFacts, certificateFacts, openCertificate } from "../certificate.ts";

/** A certificate that signs iOS apps, with what Apple put into its subject. */
export interface AppleIdentity extends CertificateFacts {
  /** "Apple Distribution: Example Ltd (ABCDE12345)" */
  commonName: string;
  /** The team that it belongs to; "" when it isn't Apple's. */
  teamId: string;
  /** "other": not issued by Apple for signing. */
  kind: "development" | "distribution" | "other";
}

const DEVELOPMENT = /^(Apple Development|iPhone Developer|Mac Developer): /;
const DISTRIBUTION =
  /^(Apple Distribution|iPhone Distribution|3rd Party Mac Developer \w+|Mac App Distribution|Developer ID \w+): /;

/** What an Apple certificate (DER) says. The name in its brackets may be a person's id; the team stands in the unit. Throws `Unreadable`. */
export function appleIdentity(der: Buffer): AppleIdentity {
  const subject: Record<string, unknown> = { ...openCertificate(der).toLegacyObject().subject };
  const commonName = firstText(subject["CN"]);
  const kind = DEVELOPMENT.test(commonName) ? "development" : DISTRIBUTION.test(commonName) ? "distribution" : "other";
  return { ...certificateFacts(der), commonName, teamId: firstText(subject["OU"]), kind };
}

/** Node gives a list where a subject has several values of one name. */
function firstText(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}
