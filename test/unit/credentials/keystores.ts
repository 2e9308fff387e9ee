import { from, keytool, once, openssl } from "./tools.ts";

/** The passwords of the keystores here. That of JKS may hold any character; Java takes only ASCII for PKCS12. */
export const JKS_PASSWORD = "st:ore pä§s";
export const PASSWORD = "st:ore pass";
export const KEY_PASSWORD = "the key's own";

const EC = ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Elliptic, OU=Apps, O=Example"];
const RSA = ["-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=Test, O=Example, C=DE"];
const EXPIRED = ["-startdate", "2001/02/03 04:05:06", "-validity", "30"];

/**
 * Makes keystores with the JDK's keytool in `folder`, at the first call. many.jks and many.p12 hold the keys `upload` (RSA) and
 * `beta` (EC, expired in many.jks) and the trusted certificate `authority`; upload.cer is that of many.jks.
 */
export function javaKeystores(folder: string): () => (name: string) => Buffer {
  return once(() => {
    const store = (type: string, file: string, password = PASSWORD) => {
      return ["-storetype", type, "-keystore", file, "-storepass", password];
    };
    const jks = store("JKS", "many.jks", JKS_PASSWORD);
    const p12 = store("PKCS12", "many.p12");
    const authority = ["-importcert", "-alias", "authority", "-file", "upload.cer", "-noprompt"];
    keytool(folder, [
      [...RSA, ...jks, "-alias", "Upload", "-keypass", KEY_PASSWORD],
      [...EC, ...jks, "-alias", "beta", "-keypass", JKS_PASSWORD, ...EXPIRED],
      ["-exportcert", ...jks, "-alias", "upload", "-file", "upload.cer"],
      [...authority, ...jks],
      [...RSA, ...p12, "-alias", "Upload"],
      [...EC, ...p12, "-alias", "beta"],
      [...authority, ...p12],
      ["-genseckey", ...p12, "-keyalg", "AES", "-keysize", "128", "-alias", "aes"],
      [...authority, ...store("PKCS12", "trusted.p12")],
      [...EC, ...store("JCEKS", "old.jceks"), "-keypass", PASSWORD, "-alias", "upload"],
      ["put", "many.p12", "own-key-password.p12", PASSWORD, "upload", KEY_PASSWORD, "upload"],
      ["put", "many.p12", "other-certificate.p12", PASSWORD, "upload", PASSWORD, "beta"],
      ["property", "keystore.pkcs12.legacy", "true"],
      [...EC, ...store("PKCS12", "java8.p12"), "-alias", "upload"],
    ]);
    return from(folder);
  });
}

/** Makes a key and a self-signed certificate for `subject` with openssl: NAME.key and NAME.pem, and NAME.der. */
export function certificate(folder: string, name: string, subject: string, ...options: string[]): void {
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const kind = options.includes("-newkey") ? [] : ec;
  const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
  openssl(folder, "req", "-x509", "-nodes", "-days", "365", ...kind, ...files, "-subj", subject, ...options);
  openssl(folder, "x509", "-in", `${name}.pem`, "-outform", "der", "-out", `${name}.der`);
}

/** Puts key and certificate of `name` into FILE with openssl. */
export function pkcs12(folder: string, name: string, file: string, password: string, ...options: string[]): void {
  const input = ["-inkey", `${name}.key`, "-in", `${name}.pem`];
  openssl(folder, "pkcs12", "-export", ...input, "-out", file, "-passout", `pass:${password}`, ...options);
}
