import { expect, test } from "vitest";
import { readP12 } from "../../../src/credentials/apple/read-p12.ts";
import { toolTest } from "../../support/tool-test.ts";
import { appleCertificates, PASSWORD, TEAM } from "./apple-files.ts";
import { failureOfCall } from "./failure.ts";
import { pkcs12 } from "./keystores.ts";
import { folderOfFile, from, keytool, once, openssl } from "./tools.ts";

const folder = folderOfFile();
const certificates = appleCertificates(folder);
const made = once(() => {
  certificates();
  pkcs12(folder, "rsa", "keychain.p12", PASSWORD, "-legacy");
  pkcs12(folder, "dist", "empty-password.p12", "");
  pkcs12(folder, "dist", "empty-legacy.p12", "", "-legacy", "-descert");
  pkcs12(folder, "dist", "slow.p12", PASSWORD, "-maciter", "-iter", "2000000");
  openssl(
    folder,
    "pkcs12",
    "-export",
    "-nokeys",
    "-in",
    "dist.pem",
    "-out",
    "no-key.p12",
    "-passout",
    `pass:${PASSWORD}`,
  );
  // The certificate of an authority in the file, as Keychain Access adds it.
  pkcs12(folder, "dev", "chain.p12", PASSWORD, "-certfile", "other.pem");
  return from(folder);
});

const read = (name: string, password = PASSWORD) => readBytes(made()(name), password);
const readBytes = (bytes: Buffer, password = PASSWORD) =>
  readP12("store", { fileName: "signing.p12", bytes, password });

toolTest(["openssl"], "A p12 tells the certificate, its team and what it is for", () => {
  expect(read("dist.p12").identities).toMatchObject([
    {
      commonName: `Apple Distribution: Example Ltd (${TEAM})`,
      subject: `CN=Apple Distribution: Example Ltd (${TEAM}), OU=${TEAM}, O=Example Ltd, C=US`,
      teamId: TEAM,
      kind: "distribution",
      key: "EC P-256",
    },
  ]);
  expect(read("dev.p12").identities).toMatchObject([{ kind: "development", teamId: TEAM }]);
});

toolTest(["openssl"], "RC2 as Keychain Access writes it, and empty passwords, are read", () => {
  expect(read("keychain.p12").identities).toMatchObject([{ key: "RSA 2048", kind: "distribution" }]);
  expect(read("empty-password.p12", "").identities).toHaveLength(1);
  expect(read("empty-legacy.p12", "").identities).toHaveLength(1);
});

toolTest(["openssl"], "Certificates without their keys are no identities", () => {
  expect(read("chain.p12").identities).toMatchObject([{ kind: "development" }]);
  const failure = failureOfCall(() => read("no-key.p12"));
  expect(failure).toMatchObject({ code: "P12_KEY_MISSING", blame: "user" });
  expect(failure.why).toContain(`It holds: Apple Distribution: Example Ltd (${TEAM}).`);
});

toolTest(["openssl", "javac"], "A p12 may hold several identities", () => {
  made();
  const copies = ["dev", "dist"].map((name) => {
    pkcs12(folder, name, `${name}-ascii.p12`, "secret", "-name", name);
    const source = ["-srckeystore", `${name}-ascii.p12`, "-srcstorepass", "secret"];
    return [
      "-importkeystore",
      ...source,
      "-destkeystore",
      "two.p12",
      "-deststorepass",
      "secret",
      "-deststoretype",
      "PKCS12",
    ];
  });
  keytool(folder, copies);
  const kinds = read("two.p12", "secret").identities.map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(["development", "distribution"]);
});

toolTest(["openssl"], "A wrong password has its code, for the empty one too", () => {
  for (const [name, password] of [
    ["dist.p12", "wrong"],
    ["dist.p12", ""],
    ["keychain.p12", "wrong"],
    ["empty-password.p12", "wrong"],
  ] as const) {
    expect(
      failureOfCall(() => read(name, password)),
      name,
    ).toMatchObject({ code: "P12_PASSWORD_WRONG", blame: "user" });
  }
});

toolTest(["openssl"], "A p12 that would take too long is refused at once", () => {
  const began = performance.now();
  const failure = failureOfCall(() => read("slow.p12"));
  expect(failure).toMatchObject({ code: "KEYSTORE_ALGORITHM_UNSUPPORTED", blame: "user" });
  expect(performance.now() - began).toBeLessThan(1000);
});

toolTest(["openssl"], "What is no p12 is named by what it looks like", () => {
  const why = (bytes: Buffer) => {
    const failure = failureOfCall(() => readBytes(bytes));
    expect(failure).toMatchObject({ code: "P12_UNREADABLE", blame: "user" });
    return failure.why;
  };
  expect(why(made()("dist.der"))).toContain("a certificate without its private key (.cer, .der)");
  expect(why(made()("dist.key"))).toContain("a private key");
  expect(why(Buffer.from("feedfeed00000002", "hex"))).toContain("a JKS keystore");
  expect(why(made()("dist.p12").subarray(0, 500))).toMatch(/says of itself that it has \d+ bytes, and it has 500/);
});

test("An empty file is no p12", () => {
  expect(failureOfCall(() => readBytes(Buffer.alloc(0))).why).toBe("The file is empty.");
});
