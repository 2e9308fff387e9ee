import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const STORE_PASSWORD = "the-store-password";

/** Makes keystores of all kinds with the JDK's keytool and openssl, in a folder. */
export class KeystoreMaker {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Writes a file; answers its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** A keystore with one key; `more` are further arguments of keytool -genkeypair. */
  key(name: string, type: "JKS" | "PKCS12" | "JCEKS", alias: string, more: readonly string[] = []): string {
    const path = join(this.folder, name);
    const what = ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Test, O=Example"];
    this.keytool(
      ...what,
      "-alias",
      alias,
      "-storetype",
      type,
      "-keystore",
      path,
      "-storepass",
      STORE_PASSWORD,
      ...more,
    );
    return path;
  }

  /** A keystore that holds the certificate of another one, without its key. */
  certificateOnly(name: string, from: string, alias: string): string {
    const path = join(this.folder, name);
    const certificate = join(this.folder, `${name}.cer`);
    this.keytool("-exportcert", "-keystore", from, "-alias", alias, "-storepass", STORE_PASSWORD, "-file", certificate);
    const into = ["-keystore", path, "-storetype", "PKCS12", "-storepass", STORE_PASSWORD];
    this.keytool("-importcert", "-noprompt", "-alias", alias, "-file", certificate, ...into);
    return path;
  }

  /** A p12 as Keychain Access exports it, with the subject of an Apple certificate. */
  appleP12(name: string): string {
    const path = (ending: string) => join(this.folder, `${name}${ending}`);
    const subject = "/UID=ABCDE12345/CN=Apple Distribution: Example (ABCDE12345)/OU=ABCDE12345/O=Example/C=US";
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "300", "-subj", subject];
    openssl(...made, "-keyout", path(".key"), "-out", path(".pem"));
    const named = ["-name", "Apple Distribution: Example", "-passout", `pass:${STORE_PASSWORD}`];
    openssl("pkcs12", "-export", "-inkey", path(".key"), "-in", path(".pem"), "-out", path(".p12"), ...named);
    return path(".p12");
  }

  private keytool(...args: string[]): void {
    execFileSync("keytool", args, { stdio: "pipe" });
  }
}

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
