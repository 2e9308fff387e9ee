import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProfileRequest } from "../../src/protocol/api.ts";

export const PASSWORD = "store-secret-3";

type Keystore = NonNullable<ProfileRequest["android"]>;

/** A keystore of real keytool, with the key `upload`; valid for `days` from `start` on (keytool's words: `-1d+5S`). */
export function keystore(folder: string, name = "play.jks", start = "-1d", days = 10_000): Keystore {
  const file = join(folder, name);
  const key = ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12", "-alias", "upload"];
  const rest = ["-dname", "CN=Shop, O=Example", "-startdate", start, "-validity", `${days}`, "-storepass", PASSWORD];
  execFileSync("keytool", [...key, ...rest, "-keystore", file], { stdio: "pipe" });
  const keystoreBase64 = readFileSync(file).toString("base64");
  return { fileName: name, keystoreBase64, storePassword: PASSWORD, alias: "upload" };
}

/** A keystore that only Java can open: OpenSSL encrypts its key by an algorithm that nobody uses. */
export function unusualKeystore(folder: string): Keystore {
  openssl(folder, "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", "k", "-out", "c", "-subj", "/CN=Shop");
  const words = ["-name", "upload", "-passout", `pass:${PASSWORD}`, "-keypbe", "CAMELLIA-256-CBC"];
  openssl(folder, "pkcs12", "-export", "-inkey", "k", "-in", "c", "-out", "unusual.p12", ...words);
  const keystoreBase64 = readFileSync(join(folder, "unusual.p12")).toString("base64");
  return { fileName: "unusual.p12", keystoreBase64, storePassword: PASSWORD, alias: "upload" };
}

/** A p12 without password and an ad-hoc provisioning profile that allows its certificate and is valid for `seconds`. */
export function appleFiles(folder: string, seconds = 365 * 86_400): NonNullable<ProfileRequest["ios"]> {
  const subject = "/CN=Apple Distribution: Example Ltd (ABCDE12345)/OU=ABCDE12345/O=Example Ltd";
  openssl(folder, "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", "ak", "-out", "ac", "-subj", subject);
  openssl(folder, "pkcs12", "-export", "-inkey", "ak", "-in", "ac", "-out", "dist.p12", "-passout", "pass:");
  const certificate = openssl(folder, "x509", "-in", "ac", "-outform", "der").toString("base64");
  writeFileSync(join(folder, "shop.plist"), provisioningPlist(certificate, new Date(Date.now() + seconds * 1000)));
  const sign = ["cms", "-sign", "-binary", "-nodetach", "-in", "shop.plist", "-signer", "ac", "-inkey", "ak"];
  openssl(folder, ...sign, "-outform", "der", "-out", "shop.mobileprovision");
  const read = (name: string) => readFileSync(join(folder, name)).toString("base64");
  return {
    fileName: "dist.p12",
    p12Base64: read("dist.p12"),
    password: "",
    provisioningProfiles: [{ fileName: "shop.mobileprovision", base64: read("shop.mobileprovision") }],
  };
}

function provisioningPlist(certificate: string, ends: Date): string {
  const time = (date: Date) => `<date>${date.toISOString().slice(0, 19)}Z</date>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Name</key><string>Shop ad hoc</string>
<key>UUID</key><string>11111111-2222-3333-4444-555555555555</string>
<key>TeamIdentifier</key><array><string>ABCDE12345</string></array>
<key>ApplicationIdentifierPrefix</key><array><string>ABCDE12345</string></array>
<key>CreationDate</key>${time(new Date(Date.now() - 86_400_000))}
<key>ExpirationDate</key>${time(ends)}
<key>DeveloperCertificates</key><array><data>${certificate}</data></array>
<key>ProvisionedDevices</key><array><string>00008030-000000000000001E</string></array>
<key>Entitlements</key><dict>
<key>application-identifier</key><string>ABCDE12345.com.example.shop</string>
<key>get-task-allow</key><false/></dict>
</dict></plist>`;
}

function openssl(folder: string, ...args: string[]): Buffer {
  return execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}
