import { X509Certificate } from "node:crypto";
import { errorOf } from "../base/errors/millwright-error.ts";
import { Unreadable } from "./unreadable.ts";

export interface CertificateFacts {
  /** As keytool shows it: "CN=…, O=…, C=…". */
  subject: string;
  /** Of the whole certificate, lower-case hex. */
  sha256: string;
  sha1: string;
  notBeforeMs: number;
  notAfterMs: number;
  /** "RSA 2048", "EC P-256". */
  key: string;
}

const DAY_MS = 86_400_000;
const WARN_MS = 30 * DAY_MS;
/** How far the clock of the machine that made the certificate may be ahead. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Names of OpenSSL for the curves that people know by another one. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

/** What a DER certificate says. Throws `Unreadable` when it is none. */
export function certificateFacts(der: Buffer): CertificateFacts {
  const certificate = openCertificate(der);
  const notBeforeMs = Date.parse(certificate.validFrom);
  const notAfterMs = Date.parse(certificate.validTo);
  if (Number.isNaN(notBeforeMs) || Number.isNaN(notAfterMs)) {
    throw new Unreadable("damaged", "A certificate in it has no readable dates of validity.");
  }
  return {
    subject: (certificate.subject ?? "").split("\n").reverse().join(", "),
    sha256: hexOf(certificate.fingerprint256),
    sha1: hexOf(certificate.fingerprint),
    notBeforeMs,
    notAfterMs,
    key: keyOf(certificate),
  };
}

/** Throws `Unreadable` for what is no X.509 certificate. */
export function openCertificate(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (cause) {
    throw new Unreadable("damaged", "A certificate in it can't be read.", cause);
  }
}

/**
 * Throws CERTIFICATE_EXPIRED and CERTIFICATE_NOT_YET_VALID. Answers a sentence of warning when fewer than 30 days are left,
 * else undefined.
 */
export function checkValidity(profile: string, certificate: CertificateFacts, nowMs: number): string | undefined {
  const { subject, notBeforeMs, notAfterMs } = certificate;
  const values = { profile, subject, from: dayOf(notBeforeMs), until: dayOf(notAfterMs), today: dayOf(nowMs) };
  if (nowMs > notAfterMs) throw errorOf("CERTIFICATE_EXPIRED", values);
  if (nowMs + CLOCK_SKEW_MS < notBeforeMs) throw errorOf("CERTIFICATE_NOT_YET_VALID", values);
  const left = timeLeft(notAfterMs, nowMs);
  return left && `The certificate ${subject} of the security profile ${profile} expires ${left}.`;
}

/** "in 12 days, on 2027-01-31" when fewer than 30 days are left, else undefined. */
export function timeLeft(endMs: number, nowMs: number): string | undefined {
  const leftMs = endMs - nowMs;
  if (leftMs >= WARN_MS) return undefined;
  const days = Math.floor(leftMs / DAY_MS);
  const span = days === 0 ? "within a day" : days === 1 ? "in 1 day" : `in ${days} days`;
  return `${span}, on ${dayOf(endMs)}`;
}

/** The day in UTC: "2027-01-31". */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function hexOf(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}

function keyOf(certificate: X509Certificate): string {
  try {
    const { asymmetricKeyType: type = "", asymmetricKeyDetails: details } = certificate.publicKey;
    if (type === "ec") return `EC ${CURVES[details?.namedCurve ?? ""] ?? details?.namedCurve ?? "of its own curve"}`;
    return details?.modulusLength ? `${type.toUpperCase()} ${details.modulusLength}` : type;
  } catch {
    return "of an unknown kind"; // OpenSSL doesn't know its algorithm
  }
}
