import forge from "node-forge";

/** A value of ASN.1 to be written. */
export type Der = forge.asn1.Asn1;

const { Class, Type, create } = forge.asn1;

export function bytes(value: Der): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), "binary");
}

export function sequence(...parts: Der[]): Der {
  return create(Class.UNIVERSAL, Type.SEQUENCE, true, parts);
}

export function set(...parts: Der[]): Der {
  return create(Class.UNIVERSAL, Type.SET, true, parts);
}

/** Context-specific: explicit around a value, implicit in the place of the bytes' own type. */
export function tagged(tag: number, content: Der | Buffer): Der {
  if (!Buffer.isBuffer(content)) return create(Class.CONTEXT_SPECIFIC, tag, true, [content]);
  return create(Class.CONTEXT_SPECIFIC, tag, false, content.toString("binary"));
}

export function octets(content: Buffer): Der {
  return create(Class.UNIVERSAL, Type.OCTETSTRING, false, content.toString("binary"));
}

export function oid(text: string): Der {
  return create(Class.UNIVERSAL, Type.OID, false, forge.asn1.oidToDer(text).getBytes());
}

/** From 0 to 2147483647. */
export function integer(value: number): Der {
  return create(Class.UNIVERSAL, Type.INTEGER, false, forge.asn1.integerToDer(value).getBytes());
}

export function nothing(): Der {
  return create(Class.UNIVERSAL, Type.NULL, false, "");
}

/** A BMPString, as names in PKCS12 are; forge encodes it by itself. */
export function wideText(text: string): Der {
  return create(Class.UNIVERSAL, Type.BMPSTRING, false, text);
}
