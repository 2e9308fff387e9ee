import { createHash, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import forge from "node-forge";
import { bytes, type Der, octets, oid, sequence, set, tagged } from "../../credentials/pkcs12/der.ts";

const { asn1 } = forge;
const { Class, Type } = asn1;

/** What a certificate is to say. Times are milliseconds since 1970. */
export interface CertificateWish {
  commonName: string;
  publicKey: KeyObject;
  issuerName: string;
  issuerKey: KeyObject;
  issuerPublicKey: KeyObject;
  from: number;
  to: number;
  /** A server's: host names and IP addresses. Without it, a CA's. */
  names?: readonly string[];
}

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/** A certificate (X.509 v3, RFC 5280) signed with ECDSA by the issuer's P-256 key, as PEM. */
export function issueCertificate(wish: CertificateWish): string {
  const algorithm = sequence(oid(ECDSA_SHA256));
  const toBeSigned = sequence(
    tagged(0, primitive(Type.INTEGER, "\x02")),
    primitive(Type.INTEGER, serialNumber()),
    algorithm,
    nameOf(wish.issuerName),
    sequence(time(wish.from), time(wish.to)),
    nameOf(wish.commonName),
    asn1.fromDer(spki(wish.publicKey).toString("binary")),
    tagged(3, sequence(...extensions(wish))),
  );
  const signature = sign("sha256", bytes(toBeSigned), wish.issuerKey).toString("binary");
  const certificate = sequence(toBeSigned, algorithm, primitive(Type.BITSTRING, `\0${signature}`));
  return new X509Certificate(bytes(certificate)).toString();
}

function extensions(wish: CertificateWish): Der[] {
  const own = octets(keyId(wish.publicKey));
  const issuers = sequence(tagged(0, keyId(wish.issuerPublicKey)));
  const shared = [extension("2.5.29.14", false, own), extension("2.5.29.35", false, issuers)];
  if (!wish.names) {
    const isAuthority = sequence(primitive(Type.BOOLEAN, "\xff"), primitive(Type.INTEGER, "\0"));
    const signsCertificates = primitive(Type.BITSTRING, "\x01\x06");
    return [extension("2.5.29.19", true, isAuthority), extension("2.5.29.15", true, signsCertificates), ...shared];
  }
  const signs = primitive(Type.BITSTRING, "\x07\x80");
  return [
    extension("2.5.29.19", true, sequence()),
    extension("2.5.29.15", true, signs),
    extension("2.5.29.37", false, sequence(oid(SERVER_AUTH))),
    extension("2.5.29.17", false, sequence(...wish.names.map(alternativeName))),
    ...shared,
  ];
}

function alternativeName(name: string): Der {
  if (isIP(name)) return tagged(7, isIP(name) === 4 ? Buffer.from(name.split(".").map(Number)) : v6(name));
  return tagged(2, Buffer.from(name));
}

/** The 16 bytes of an IPv6 address. */
function v6(address: string): Buffer {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1); // no dotted end any more
  const [head = [], tail = []] = canonical.split("::").map((part) => part.split(":").filter(Boolean));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function extension(id: string, critical: boolean, value: Der): Der {
  const flag = critical ? [primitive(Type.BOOLEAN, "\xff")] : [];
  return sequence(oid(id), ...flag, octets(bytes(value)));
}

function nameOf(commonName: string): Der {
  const attribute = sequence(oid(COMMON_NAME), primitive(Type.UTF8, forge.util.encodeUtf8(commonName)));
  return sequence(set(attribute));
}

/** UTCTime until 2049, as RFC 5280 wants it. */
function time(ms: number): Der {
  const date = new Date(ms);
  if (date.getUTCFullYear() < 2050) return primitive(Type.UTCTIME, asn1.dateToUtcTime(date));
  return primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** 127 random bits: positive, and never the same twice. */
function serialNumber(): string {
  const random = randomBytes(16);
  random[0] = 0x40 | ((random[0] ?? 0) & 0x3f);
  return random.toString("binary");
}

function keyId(key: KeyObject): Buffer {
  return createHash("sha256").update(spki(key)).digest().subarray(0, 20);
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function primitive(type: forge.asn1.Type, value: string): Der {
  return asn1.create(Class.UNIVERSAL, type, false, value);
}
