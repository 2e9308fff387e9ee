import { createDecipheriv } from "node:crypto";
import forge from "node-forge";
import { type Asn1, integerOf, isInteger, octetsOf, oidOf, partsOf } from "../asn1.ts";
import { Unreadable } from "../unreadable.ts";
import { type Password, PURPOSE, pbkdf2, pkcs12Key, type Stretching } from "./key-derivation.ts";

/** The password ciphers of PKCS12 itself: key length in bytes, and the cipher. */
const OWN_CIPHERS: Readonly<Record<string, { length: number; cipher: string }>> = {
  "1.2.840.113549.1.12.1.3": { length: 24, cipher: "des-ede3-cbc" },
  "1.2.840.113549.1.12.1.5": { length: 16, cipher: "rc2" },
  "1.2.840.113549.1.12.1.6": { length: 5, cipher: "rc2" },
};

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";

const PBES2_CIPHERS: Readonly<Record<string, { length: number; cipher: string }>> = {
  "2.16.840.1.101.3.4.1.2": { length: 16, cipher: "aes-128-cbc" },
  "2.16.840.1.101.3.4.1.22": { length: 24, cipher: "aes-192-cbc" },
  "2.16.840.1.101.3.4.1.42": { length: 32, cipher: "aes-256-cbc" },
  "1.2.840.113549.3.7": { length: 24, cipher: "des-ede3-cbc" },
};

const HMAC_WITH_SHA1 = "1.2.840.113549.2.7";
const DIGESTS: Readonly<Record<string, string>> = {
  [HMAC_WITH_SHA1]: "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

/**
 * Decrypts what an AlgorithmIdentifier describes. Answers undefined when the result is not padded as it must be: then the
 * password is wrong (and once in 256 times it is wrong all the same). Throws `Unreadable`.
 */
export function decrypt(
  stretching: Stretching,
  algorithm: Asn1 | undefined,
  data: Buffer,
  password: Password,
): Buffer | undefined {
  const [oid, parameters] = partsOf(algorithm);
  const name = oidOf(oid);
  if (name === PBES2) return decryptPbes2(stretching, parameters, data, password);
  const own = OWN_CIPHERS[name];
  if (!own) throw unknown(name);
  const [saltNode, roundsNode] = partsOf(parameters);
  const salt = octetsOf(saltNode);
  const rounds = integerOf(roundsNode);
  const derive = (length: number, purpose: number) =>
    pkcs12Key(stretching, password, salt, rounds, length, "sha1", purpose);
  return decipher(stretching, own.cipher, derive(own.length, PURPOSE.key), derive(8, PURPOSE.iv), data);
}

function decryptPbes2(stretching: Stretching, parameters: Asn1 | undefined, data: Buffer, password: Password) {
  const [derivation, scheme] = partsOf(parameters);
  const [derivationOid, derivationParameters] = partsOf(derivation);
  if (oidOf(derivationOid) !== PBKDF2) throw unknown(oidOf(derivationOid));
  const [salt, rounds, ...rest] = partsOf(derivationParameters);
  const prf = rest.find((part) => !isInteger(part));
  const prfOid = prf ? oidOf(partsOf(prf)[0]) : HMAC_WITH_SHA1;
  const digest = DIGESTS[prfOid];
  if (!digest) throw unknown(prfOid);
  const [cipherOid, iv] = partsOf(scheme);
  const cipher = PBES2_CIPHERS[oidOf(cipherOid)];
  if (!cipher) throw unknown(oidOf(cipherOid));
  const key = pbkdf2(stretching, password, octetsOf(salt), integerOf(rounds), cipher.length, digest);
  return decipher(stretching, cipher.cipher, key, octetsOf(iv), data);
}

function decipher(stretching: Stretching, cipher: string, key: Buffer, iv: Buffer, data: Buffer): Buffer | undefined {
  if (iv.length !== (cipher.startsWith("aes") ? 16 : 8)) {
    throw new Unreadable("damaged", "An initialisation vector in it has the wrong length.");
  }
  if (cipher === "rc2") return decipherRc2(stretching, key, iv, data);
  const decipher = createDecipheriv(cipher, key, iv);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return undefined; // wrong padding
  }
}

/** node-forge's RC2 takes four times as long for twice the bytes. */
const MOST_RC2_BYTES = 65_536;

/** RC2 is gone from OpenSSL 3, and Keychain Access still writes it. Each byte is counted as a round: so long it takes. */
function decipherRc2(stretching: Stretching, key: Buffer, iv: Buffer, data: Buffer): Buffer | undefined {
  if (data.length > MOST_RC2_BYTES) throw new Unreadable("algorithm", "It holds much data encrypted by RC2.");
  stretching.spend(data.length);
  const cipher = forge.rc2.createDecryptionCipher(key.toString("binary"), key.length * 8);
  cipher.start(iv.toString("binary"));
  cipher.update(forge.util.createBuffer(data.toString("binary")));
  return cipher.finish() ? Buffer.from(cipher.output.getBytes(), "binary") : undefined;
}

function unknown(oid: string): Unreadable {
  return new Unreadable("algorithm", `It is encrypted by the algorithm ${oid}.`);
}
