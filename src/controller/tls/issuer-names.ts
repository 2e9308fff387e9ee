import type { X509Certificate } from "node:crypto";
import forge from "node-forge";
import type { Der } from "../../credentials/pkcs12/der.ts";

const SUBJECT_KEY_ID = "2.5.29.14";
/** Where the subject is in a TBSCertificate of version 3 (RFC 5280), and where the extensions are. */
const SUBJECT = 5;
const EXTENSIONS = 3;

/** The subject of a certificate as it stands there: what it issues must name it byte for byte. */
export function subjectOf(certificate: X509Certificate): Der {
  const subject = partsOf(certificate)[SUBJECT];
  if (subject) return subject;
  throw new Error("the certificate of the CA is not one of X.509 version 3");
}

/** The SubjectKeyIdentifier of a certificate, where it has one. */
export function keyIdIn(certificate: X509Certificate): Buffer | undefined {
  const { CONTEXT_SPECIFIC } = forge.asn1.Class;
  const all = partsOf(certificate).find(({ tagClass, type }) => tagClass === CONTEXT_SPECIFIC && type === EXTENSIONS);
  const extensions = childrenOf(childrenOf(all)[0]);
  for (const extension of extensions) {
    const [id, ...rest] = childrenOf(extension);
    const value = rest.at(-1)?.value;
    if (typeof id?.value !== "string" || typeof value !== "string") continue;
    if (forge.asn1.derToOid(id.value) !== SUBJECT_KEY_ID) continue;
    const inner = forge.asn1.fromDer(value).value;
    if (typeof inner === "string") return Buffer.from(inner, "binary");
  }
  return undefined;
}

function partsOf(certificate: X509Certificate): Der[] {
  const [toBeSigned] = childrenOf(forge.asn1.fromDer(certificate.raw.toString("binary")));
  return childrenOf(toBeSigned);
}

function childrenOf(value: Der | undefined): Der[] {
  return Array.isArray(value?.value) ? value.value : [];
}
