import { createHash, X509Certificate } from "node:crypto";

/** What signing needs to know of a certificate. */
export interface Certificate {
  der: Buffer;
  x509: X509Certificate;
  /** Upper-case hex, as `security` prints it. */
  sha1: string;
  commonName: string;
  /** The organisational unit, which is the team of Apple's certificates. */
  team: string;
  notBeforeMs: number;
  notAfterMs: number;
}

/** `source` is PEM or DER. Throws where it is no certificate. */
export function certificateOf(source: string | Uint8Array): Certificate {
  const x509 = new X509Certificate(source);
  const subject = (field: string) => new RegExp(`^${field}=(.*)$`, "m").exec(x509.subject)?.[1] ?? "";
  return {
    der: x509.raw,
    x509,
    sha1: createHash("sha1").update(x509.raw).digest("hex").toUpperCase(),
    commonName: subject("CN"),
    team: subject("OU"),
    notBeforeMs: Date.parse(x509.validFrom),
    notAfterMs: Date.parse(x509.validTo),
  };
}

export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey);
}

export function isValidAt(certificate: Certificate, ms: number): boolean {
  return certificate.notBeforeMs <= ms && ms <= certificate.notAfterMs;
}
