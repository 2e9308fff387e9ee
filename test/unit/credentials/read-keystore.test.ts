import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type KeystoreFacts, readKeystore } from "../../../src/credentials/android/read-keystore.ts";
import { toolTest } from "../../support/tool-test.ts";
import { failureOfCall } from "./failure.ts";
import { certificate, JKS_PASSWORD, javaKeystores, KEY_PASSWORD, PASSWORD, pkcs12 } from "./keystores.ts";
import { folderOfFile, from, once } from "./tools.ts";

const folder = folderOfFile();
const made = javaKeystores(folder);

const opensslFiles = once(() => {
  certificate(folder, "ec", "/CN=Elliptic/O=Example");
  certificate(folder, "rsa", "/CN=Test/O=Example", "-newkey", "rsa:2048");
  certificate(folder, "apple", "/CN=Apple Distribution: Example Ltd (ABCDE12345)/OU=ABCDE12345");
  pkcs12(folder, "ec", "pbes2.p12", PASSWORD, "-name", "Upload");
  pkcs12(folder, "rsa", "rc2.p12", PASSWORD, "-name", "Upload", "-legacy");
  pkcs12(folder, "ec", "triple-des.p12", PASSWORD, "-name", "Upload", "-legacy", "-descert");
  pkcs12(folder, "ec", "aes128.p12", PASSWORD, "-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "sha512");
  pkcs12(folder, "ec", "no-mac.p12", PASSWORD, "-name", "upload", "-nomac", "-certpbe", "AES-256-CBC");
  pkcs12(folder, "ec", "slow.p12", PASSWORD, "-name", "upload", "-iter", "1000001");
  pkcs12(folder, "ec", "camellia.p12", PASSWORD, "-name", "upload", "-keypbe", "CAMELLIA-256-CBC");
  pkcs12(folder, "apple", "apple.p12", PASSWORD);
  return from(folder);
});

interface Words {
  store?: string;
  alias?: string;
  key?: string;
}

function read(bytes: Buffer, { store = PASSWORD, alias = "upload", key = store }: Words = {}): KeystoreFacts {
  return readKeystore("play", { fileName: "release.p12", bytes, storePassword: store, alias, keyPassword: key });
}

const readJks = (words: Words) => read(made()("many.jks"), { store: JKS_PASSWORD, ...words });
const why = (call: () => unknown) => failureOfCall(call).why;

toolTest(["javac"], "A key of a JKS keystore opens with its own password, under its alias in any case", () => {
  const facts = readJks({ alias: "UPLOAD", key: KEY_PASSWORD });
  const sha256 = createHash("sha256").update(made()("upload.cer")).digest("hex");
  expect(facts).toMatchObject({ format: "jks", alias: "upload", certificate: { sha256, key: "RSA 2048" } });
  expect(facts.certificate.subject).toBe("CN=Test, O=Example, C=DE");
  expect(facts.aliases.sort()).toEqual(["authority", "beta", "upload"]);
});

toolTest(["javac"], "Dates and curve of an expired EC certificate are read, and not judged", () => {
  const { certificate: facts } = readJks({ alias: "beta" });
  expect(facts).toMatchObject({ key: "EC P-256", subject: "CN=Elliptic, OU=Apps, O=Example" });
  expect(facts.notAfterMs - facts.notBeforeMs).toBe(30 * 86_400_000);
  expect(new Date(facts.notBeforeMs).getUTCFullYear()).toBe(2001);
});

toolTest(["javac"], "A PKCS12 keystore of today's keytool opens, and one of Java 8", () => {
  const today = read(made()("many.p12"), { alias: "Upload" });
  expect(today).toMatchObject({ format: "pkcs12", alias: "upload", certificate: { key: "RSA 2048" } });
  expect(today.aliases.sort()).toEqual(["aes", "authority", "beta", "upload"]);
  expect(read(made()("many.p12"), { alias: "beta" }).certificate.key).toBe("EC P-256");
  expect(read(made()("java8.p12")).certificate.key).toBe("EC P-256");
});

toolTest(["javac"], "A key of a PKCS12 keystore may have a password of its own", () => {
  const bytes = made()("own-key-password.p12");
  const facts = read(bytes, { key: KEY_PASSWORD });
  expect(facts.certificate.sha256).toBe(read(made()("many.p12")).certificate.sha256);
  expect(failureOfCall(() => read(bytes))).toMatchObject({ code: "KEY_PASSWORD_WRONG", blame: "user" });
});

toolTest(["javac"], "A wrong password of a key has its own code, and says when the keystore's would do", () => {
  const jks = failureOfCall(() => readJks({ key: "wrong" }));
  expect(jks).toMatchObject({ code: "KEY_PASSWORD_WRONG" });
  expect(jks.why).toBe("The keystore itself opens, so only the password of the key is wrong.");
  const p12 = failureOfCall(() => read(made()("many.p12"), { key: "wrong" }));
  expect(p12).toMatchObject({ code: "KEY_PASSWORD_WRONG" });
  expect(p12.why).toMatch(/opens with the password of the keystore/);
  expect(p12.next).toContain("--replace --key-password-file FILE");
});

toolTest(["javac"], "A wrong password of the keystore can't be told from damage, and that is said", () => {
  for (const bytes of [made()("many.jks"), made()("many.p12"), made()("java8.p12")]) {
    const failure = failureOfCall(() => read(bytes, { store: "wrong" }));
    expect(failure).toMatchObject({ code: "KEYSTORE_PASSWORD_WRONG", blame: "user" });
    expect(failure.why).toMatch(/damaged looks the same/);
  }
});

toolTest(["javac"], "Exchanged passwords and one with a line end are recognized", () => {
  expect(why(() => readJks({ store: KEY_PASSWORD, key: JKS_PASSWORD }))).toMatch(/may be exchanged/);
  expect(why(() => read(made()("many.p12"), { store: `${PASSWORD}\n` }))).toMatch(/without the blanks or line ends/);
});

toolTest(["javac"], "A missing alias names the keys that exist and the closest of them", () => {
  const failure = failureOfCall(() => readJks({ alias: "uplaod" }));
  expect(failure).toMatchObject({ code: "KEY_ALIAS_MISSING", blame: "user" });
  expect(failure.why).toBe("Its private keys are: upload, beta. Did you mean upload?");
  expect(failure.detail?.split("\n").sort()).toEqual(["beta", "upload"]);
  expect(failureOfCall(() => readJks({ alias: "" })).code).toBe("KEY_ALIAS_MISSING");
  expect(why(() => read(made()("trusted.p12")))).toBe("It holds no private key at all.");
});

toolTest(["javac"], "An alias of a certificate or a secret key is no key to sign with", () => {
  const missing = { code: "KEY_ENTRY_MISSING", blame: "user" };
  for (const bytes of [made()("many.p12"), made()("trusted.p12")]) {
    expect(failureOfCall(() => read(bytes, { alias: "authority" }))).toMatchObject(missing);
  }
  expect(failureOfCall(() => readJks({ alias: "authority" }))).toMatchObject(missing);
  const secret = failureOfCall(() => read(made()("many.p12"), { alias: "aes" }));
  expect(secret).toMatchObject(missing);
  expect(secret.what).toContain("names a secret key");
});

toolTest(["javac"], "A certificate of another key is found", () => {
  const failure = failureOfCall(() => read(made()("other-certificate.p12")));
  expect(failure).toMatchObject({ code: "KEY_CERTIFICATE_MISMATCH", blame: "user" });
});

toolTest(["javac"], "A keystore that ends early, that is empty or of another format is named as what it is", () => {
  for (const name of ["many.jks", "many.p12"]) {
    const bytes = made()(name);
    const failure = failureOfCall(() => read(bytes.subarray(0, bytes.length - 100), { store: JKS_PASSWORD }));
    expect(failure).toMatchObject({ code: "KEYSTORE_TRUNCATED", blame: "user" });
    expect(failure.why).toContain(String(bytes.length - 100));
  }
  expect(failureOfCall(() => read(Buffer.alloc(0))).code).toBe("KEYSTORE_EMPTY");
  const jceks = failureOfCall(() => read(made()("old.jceks")));
  expect(jceks).toMatchObject({ code: "KEYSTORE_FORMAT_UNSUPPORTED", blame: "user" });
  expect(jceks.next).toContain("keytool -importkeystore -srckeystore FILE -srcstoretype JCEKS");
});

test("Keystores of Bouncy Castle are named", () => {
  const head = (version: number) => Buffer.from([0, 0, 0, version, 0, 0, 0, 20, ...Array(40).keys()]);
  expect(failureOfCall(() => read(head(2))).what).toContain("is a BKS (Bouncy Castle) keystore");
  expect(failureOfCall(() => read(head(1))).what).toContain("is a BKS-V1 or UBER (Bouncy Castle) keystore");
  expect(failureOfCall(() => read(head(2))).code).toBe("KEYSTORE_FORMAT_UNSUPPORTED");
});

toolTest(["openssl"], "PKCS12 files of openssl open, whatever usual algorithms they have", () => {
  const sha256 = createHash("sha256").update(opensslFiles()("ec.der")).digest("hex");
  for (const name of ["pbes2.p12", "triple-des.p12", "no-mac.p12"]) {
    expect(read(opensslFiles()(name)), name).toMatchObject({ certificate: { sha256 } });
  }
  expect(read(opensslFiles()("pbes2.p12")).alias).toBe("Upload");
  expect(read(opensslFiles()("rc2.p12"))).toMatchObject({ certificate: { key: "RSA 2048" } });
});

toolTest(["openssl"], "A key without a name has the alias 1, as in Java", () => {
  expect(read(opensslFiles()("aes128.p12"), { alias: "1" })).toMatchObject({ alias: "1", aliases: ["1"] });
  expect(why(() => read(opensslFiles()("aes128.p12")))).toContain("Its private keys are: 1.");
});

toolTest(["openssl"], "A wrong password shows without a MAC too", () => {
  const failure = failureOfCall(() => read(opensslFiles()("no-mac.p12"), { store: "wrong" }));
  expect(failure.code).toBe("KEYSTORE_PASSWORD_WRONG");
});

toolTest(["openssl"], "What would take long or is encrypted by a rare algorithm is left to Java", () => {
  const slow = failureOfCall(() => read(opensslFiles()("slow.p12")));
  expect(slow).toMatchObject({ code: "KEYSTORE_ALGORITHM_UNSUPPORTED", blame: "user" });
  expect(slow.why).toContain("more than 1,000,000 rounds");
  const camellia = failureOfCall(() => read(opensslFiles()("camellia.p12")));
  expect(camellia).toMatchObject({ code: "KEYSTORE_ALGORITHM_UNSUPPORTED" });
});

toolTest(["openssl"], "An Apple signing certificate is refused as an Android keystore", () => {
  const failure = failureOfCall(() => read(opensslFiles()("apple.p12"), { alias: "1" }));
  expect(failure).toMatchObject({ code: "APPLE_P12_AS_KEYSTORE", blame: "user" });
  expect(failure.why).toContain("Apple Distribution: Example Ltd (ABCDE12345)");
});

toolTest(["openssl", "javac"], "A file that is no keystore is named by what it looks like", () => {
  const jks = made()("many.jks");
  const file = opensslFiles();
  const looks = (bytes: Buffer | string) => {
    const failure = failureOfCall(() => read(Buffer.from(bytes)));
    expect(failure.code).toBe("KEYSTORE_FORMAT_UNKNOWN");
    return failure.why;
  };
  expect(looks(jks.toString("base64"))).toContain("base64 text of a keystore");
  expect(looks(file("rc2.p12").toString("base64").replace(/.{64}/g, "$&\n"))).toContain("base64 text of a keystore");
  expect(looks(jks.toString("utf8"))).toContain("saved as text, which destroyed it");
  expect(looks(file("rc2.p12").toString("utf8"))).toContain("saved as text, which destroyed it");
  expect(looks(file("ec.pem"))).toContain("a certificate (PEM)");
  expect(looks(file("ec.key"))).toContain("a private key (PEM");
  expect(looks(file("ec.der"))).toContain("a certificate without its private key (.cer");
  expect(looks('{"keystore": "release.jks"}')).toContain("a JSON file");
  expect(looks("storePassword=secret\n")).toContain("a properties file");
  expect(looks("see the wiki page\n")).toContain("plain text");
  expect(looks("version https://git-lfs.github.com/spec/v1\noid sha256:00")).toContain("a Git LFS pointer");
  expect(looks("PK\x03\x04....AndroidManifest.xml")).toContain("an Android app");
  expect(looks("PK\x03\x04....release.jks")).toContain("a zip archive");
  expect(looks(Buffer.from([7, 0, 1, 2, 3, 200, 100, 0]))).toContain("no kind of file that Millwright knows");
});

toolTest(["javac"], "No password and no key shows in an error", () => {
  const calls = [
    () => readJks({ store: "hunter2-store", key: "hunter2-key" }),
    () => readJks({ key: "hunter2-key" }),
    () => readJks({ alias: "none", key: "hunter2-key" }),
  ];
  for (const call of calls) {
    const text = JSON.stringify(failureOfCall(call));
    for (const secret of ["hunter2", JKS_PASSWORD, KEY_PASSWORD]) expect(text).not.toContain(secret);
  }
});

test("A file of a million open brackets is refused", () => {
  const file = join(folder, "deep");
  writeFileSync(file, Buffer.concat([Buffer.from("308002010330", "hex"), Buffer.alloc(2_000_000, "3080", "hex")]));
  expect(failureOfCall(() => read(readFileSync(file))).code).toBe("KEYSTORE_DAMAGED");
});
