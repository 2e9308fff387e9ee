import { createHash, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import forge from "node-forge";
import { bytes, type Der, nothing, octets, oid, sequence, set, tagged } from "../../credentials/pkcs12/der.ts";

const { asn1 } = forge;
const { Class, Type } = asn1;

/** What a certificate is to say. Times are milliseconds since 1970. */
export interface CertificateWish {
  commonName: string;
  publicKey: KeyObject;
  issuer: Issuer;
  from: number;
  to: number;
  /** Of a server with its host names and IP addresses, of a client, or else of a CA. */
  use?: { server: readonly string[] } | "client";
}

/** Who signs. */
export interface Issuer {
  name: Der;
  /** Its SubjectKeyIdentifier; undefined when its certificate has none. */
  keyId: Buffer | undefined;
  /** ECDSA or RSA. */
  key: KeyObject;
}

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const RSA_SHA256 = "1.2.840.113549.1.1.11";
const COMMON_NAME = "2.5.4.3";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/** A certificate (X.509 v3, RFC 5280) signed with SHA-256 by the issuer's key, as PEM. */
export function issueCertificate(wish: CertificateWish): string {
  const isRsa = wish.issuer.key.asymmetricKeyType === "rsa";
  const algorithm = isRsa ? sequence(oid(RSA_SHA256), nothing()) : sequence(oid(ECDSA_SHA256));
  const toBeSigned = sequence(
    tagged(0, primitive(Type.INTEGER, "\x02")),
    primitive(Type.INTEGER, serialNumber()),
    algorithm,
    wish.issuer.name,
    sequence(time(wish.from), time(wish.to)),
    nameOf(wish.commonName),
    asn1.fromDer(spki(wish.publicKey).toString("binary")),
    tagged(3, sequence(...extensions(wish))),
  );
  const signature = sign("sha256", bytes(toBeSigned), wish.issuer.key).toString("binary");
  const certificate = sequence(toBeSigned, algorithm, primitive(Type.BITSTRING, `\0${signature}`));
  return new X509Certificate(bytes(certificate)).toString();
}

function extensions(wish: CertificateWish): Der[] {
  const own = octets(keyId(wish.publicKey));
  const shared = [extension("2.5.29.14", false, own)];
  if (wish.issuer.keyId) shared.push(extension("2.5.29.35", false, sequence(tagged(0, wish.issuer.keyId))));
  const { use } = wish;
  if (use === undefined) {
    const isAuthority = sequence(primitive(Type.BOOLEAN, "\xff"), primitive(Type.INTEGER, "\0"));
    const signsCertificates = primitive(Type.BITSTRING, "\x01\x06");
    return [extension("2.5.29.19", true, isAuthority), extension("2.5.29.15", true, signsCertificates), ...shared];
  }
  const signs = primitive(Type.BITSTRING, "\x07\x80");
  return [
    extension("2.5.29.19", true, sequence()),
    extension("2.5.29.15", true, signs),
    extension("2.5.29.37", false, sequence(oid(use === "client" ? CLIENT_AUTH : SERVER_AUTH))),
    ...(use === "client" ? [] : [extension("2.5.29.17", false, sequence(...use.server.map(alternativeName)))]),
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

/** What an X.509 name with this alone is. */
export function nameOf(commonName: string): Der {
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

/** The SubjectKeyIdentifier of certificates that are issued here. */
export function keyId(key: KeyObject): Buffer {
  return createHash("sha256").update(spki(key)).digest().subarray(0, 20);
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function primitive(type: forge.asn1.Type, value: string): Der {
  return asn1.create(Class.UNIVERSAL, type, false, value);
}
