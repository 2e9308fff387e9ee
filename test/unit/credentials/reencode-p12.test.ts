import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readP12 } from "../../../src/credentials/apple/read-p12.ts";
import { reencodeP12 } from "../../../src/credentials/apple/reencode-p12.ts";
import { toolTest } from "../../support/tool-test.ts";
import { appleCertificates, PASSWORD } from "./apple-files.ts";
import { pkcs12 } from "./keystores.ts";
import { folderOfFile, from, once, openssl } from "./tools.ts";

const folder = folderOfFile();
const certificates = appleCertificates(folder);
const made = once(() => {
  certificates();
  pkcs12(folder, "dev", "chain.p12", PASSWORD, "-certfile", "other.pem");
  pkcs12(folder, "rsa", "keychain.p12", PASSWORD, "-legacy");
  return from(folder);
});

const NEW_PASSWORD = "only-for-this-job";

function reencoded(name: string, sha1s?: string[]): Buffer {
  const input = { fileName: name, bytes: made()(name), password: PASSWORD };
  return reencodeP12("store", input, sha1s ?? readP12("store", input).identities.map(({ sha1 }) => sha1), NEW_PASSWORD);
}

/** What openssl reads of a file, with its algorithms on stderr. */
function opened(bytes: Buffer, ...options: string[]): string {
  writeFileSync(join(folder, "again.p12"), bytes);
  const words = ["-in", "again.p12", "-passin", `pass:${NEW_PASSWORD}`, "-nodes", ...options];
  return openssl(folder, "pkcs12", ...words).toString();
}

toolTest(
  ["openssl"],
  "RSA and EC keys are written so that openssl opens them, with the same key and certificate",
  () => {
    for (const name of ["rsa", "dist"]) {
      const text = opened(reencoded(`${name}.p12`));
      const pem = (kind: string) =>
        new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----\n`).exec(text)?.[0] ?? "";
      expect(pem("CERTIFICATE")).toBe(made()(`${name}.pem`).toString());
      writeFileSync(join(folder, "again.key"), pem("PRIVATE KEY"));
      const publicKey = (file: string) => openssl(folder, "pkey", "-in", file, "-pubout").toString();
      expect(publicKey("again.key")).toBe(publicKey(`${name}.key`));
    }
  },
);

toolTest(["openssl"], "The file has the algorithms that every macOS imports, whatever the original had", () => {
  const tripleDes = Buffer.from("060a2a864886f70d010c0103", "hex");
  const pbes2 = Buffer.from("06092a864886f70d01050d", "hex");
  for (const name of ["dist.p12", "keychain.p12"]) {
    const bytes = reencoded(name);
    expect(bytes.toString("hex").split(tripleDes.toString("hex"))).toHaveLength(3); // certificates and key
    expect(bytes.includes(pbes2)).toBe(false);
    writeFileSync(join(folder, "again.p12"), bytes);
    expect(openssl(folder, "asn1parse", "-inform", "DER", "-in", "again.p12").toString()).toMatch(/OBJECT +:sha1/);
  }
});

toolTest(["openssl"], "Certificates of authorities stay in it, identities that aren't asked for don't", () => {
  const chain = readP12("store", { fileName: "again", bytes: reencoded("chain.p12"), password: NEW_PASSWORD });
  expect(chain.identities).toHaveLength(1);
  expect(opened(reencoded("chain.p12")).match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(opened(reencoded("dist.p12", ["0".repeat(40)]))).not.toContain("BEGIN");
});
