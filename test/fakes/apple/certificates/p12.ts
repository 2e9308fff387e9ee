import { readFileSync } from "node:fs";
import forge from "node-forge";
import type { Signer } from "./authority.ts";
import { certificateOf } from "./certificate.ts";
import { openssl } from "./openssl.ts";

/** "pbes2" is OpenSSL 3's own choice; "3des" what every macOS takes; "rc2-40" what Keychain Access exports. */
export type P12Algorithms = "pbes2" | "3des" | "rc2-40";

export interface P12Wish {
  identities: readonly Signer[];
  password: string;
  algorithms?: P12Algorithms;
  withoutKey?: boolean;
  /** PEM files of further certificates. */
  chain?: readonly string[];
}

const ALGORITHMS: Record<P12Algorithms, string[]> = {
  pbes2: [],
  "3des": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
  "rc2-40": ["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40", "-macalg", "sha1"],
};

/** A p12 with one or several identities. */
export function makeP12({ identities, password, algorithms = "3des", withoutKey, chain = [] }: P12Wish): Buffer {
  const files = identities.map((identity, index) => {
    const certificates = [identity.certificate, ...(index === 0 ? chain : [])].map((file) =>
      readFileSync(file, "utf8"),
    );
    const key = withoutKey ? "" : readFileSync(identity.key, "utf8");
    const args = ["pkcs12", "-export", "-passout", `pass:${password}`, ...ALGORITHMS[algorithms]];
    const nameless = withoutKey ? ["-nokeys"] : ["-name", certificateOf(readFileSync(identity.certificate)).commonName];
    return openssl([...args, ...nameless], Buffer.from(key + certificates.join("")));
  });
  const [first] = files;
  if (!first) throw new Error("A p12 needs an identity");
  return files.length === 1 ? first : merged(files, password);
}

type Asn1 = forge.asn1.Asn1;

/** openssl writes one identity a file: their parts are put into one, under one MAC (RFC 7292). */
function merged(files: readonly Buffer[], password: string): Buffer {
  const { asn1 } = forge;
  const parts = files.flatMap((file) => childrenOf(asn1.fromDer(safeOf(file))));
  const safe = asn1.toDer(constructed(asn1.Type.SEQUENCE, parts)).getBytes();
  const salt = forge.random.getBytesSync(8);
  const key = forge.pkcs12.generateKey(password, forge.util.createBuffer(salt), 3, 2048, 20, forge.md.sha1.create());
  const mac = forge.hmac.create();
  mac.start("sha1", key);
  mac.update(safe);
  const digest = constructed(asn1.Type.SEQUENCE, [
    constructed(asn1.Type.SEQUENCE, [oid(forge.pki.oids["sha1"] ?? ""), primitive(asn1.Type.NULL, "")]),
    primitive(asn1.Type.OCTETSTRING, mac.digest().getBytes()),
  ]);
  const data = asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [primitive(asn1.Type.OCTETSTRING, safe)]);
  const whole = constructed(asn1.Type.SEQUENCE, [
    integer(3),
    constructed(asn1.Type.SEQUENCE, [oid(forge.pki.oids["data"] ?? ""), data]),
    constructed(asn1.Type.SEQUENCE, [digest, primitive(asn1.Type.OCTETSTRING, salt), integer(2048)]),
  ]);
  return Buffer.from(asn1.toDer(whole).getBytes(), "binary");
}

function safeOf(file: Buffer): string {
  const [, contentInfo] = childrenOf(forge.asn1.fromDer(file.toString("binary")));
  const [, wrapped] = contentInfo ? childrenOf(contentInfo) : [];
  const [octets] = wrapped ? childrenOf(wrapped) : [];
  if (typeof octets?.value !== "string") throw new Error("This p12 has no data of the usual kind");
  return octets.value;
}

function childrenOf(node: Asn1): Asn1[] {
  return Array.isArray(node.value) ? node.value : [];
}

function constructed(type: number, children: Asn1[]): Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, type, true, children);
}

function primitive(type: number, bytes: string): Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, type, false, bytes);
}

function integer(value: number): Asn1 {
  return primitive(forge.asn1.Type.INTEGER, forge.asn1.integerToDer(value).getBytes());
}

function oid(dotted: string): Asn1 {
  return primitive(forge.asn1.Type.OID, forge.asn1.oidToDer(dotted).getBytes());
}
