import { errorOf } from "../../base/errors/millwright-error.ts";
import { isPkcs12 } from "../file-kind/binary-kinds.ts";
import { looksLike } from "../file-kind/looks-like.ts";

export type KeystoreFormat = "jks" | "pkcs12";

/** A keystore as it was given: the name is only for messages. */
export interface GivenFile {
  fileName: string;
  bytes: Buffer;
}

/**
 * Tells by its first bytes how a keystore is to be read. Throws KEYSTORE_EMPTY, KEYSTORE_TRUNCATED, KEYSTORE_FORMAT_UNSUPPORTED
 * for formats that Gradle's Java doesn't read, and KEYSTORE_FORMAT_UNKNOWN for what is no keystore.
 */
export function keystoreFormat(profile: string, { fileName, bytes }: GivenFile): KeystoreFormat {
  const values = { profile, file: fileName };
  if (bytes.length === 0) throw errorOf("KEYSTORE_EMPTY", values);
  const magic = bytes.subarray(0, 4).toString("hex");
  if (magic === "feedfeed") return "jks";
  const other = otherFormat(bytes, magic);
  if (other) throw errorOf("KEYSTORE_FORMAT_UNSUPPORTED", { ...values, format: other.name, options: other.options });
  if (isPkcs12(bytes)) return "pkcs12";
  if (bytes.length < 16 && ("feedfeed".startsWith(magic) || magic.startsWith("30"))) {
    throw errorOf("KEYSTORE_TRUNCATED", { ...values, reason: `It has no more than ${bytes.length} bytes.` });
  }
  const { what, advice } = looksLike(bytes);
  throw errorOf("KEYSTORE_FORMAT_UNKNOWN", { ...values, kind: what, advice });
}

const BOUNCY_CASTLE =
  "-providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath BCPROV.jar -srcstoretype";

/** JCEKS has a magic number like JKS; those of Bouncy Castle begin with a version (1 or 2) and a salt of 20 bytes. */
function otherFormat(bytes: Buffer, magic: string): { name: string; options: string } | undefined {
  if (magic === "cececece") return { name: "JCEKS", options: "-srcstoretype JCEKS" };
  if (bytes.length < 8 || bytes.readUInt32BE(4) !== 20) return undefined;
  if (magic === "00000002") return { name: "BKS (Bouncy Castle)", options: `${BOUNCY_CASTLE} BKS` };
  if (magic === "00000001") return { name: "BKS-V1 or UBER (Bouncy Castle)", options: `${BOUNCY_CASTLE} BKS-V1` };
  return undefined;
}
