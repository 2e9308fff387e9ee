import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { Redactor } from "../../../src/base/redaction/redactor.ts";
import type { JobContext } from "../../../src/build/job/context.ts";
import { JobLog } from "../../../src/build/job/log.ts";
import { Stop } from "../../../src/build/job/stop.ts";
import { checkKeystore } from "../../../src/build/signing/android/check-keystore.ts";
import { openSigningFiles } from "../../../src/build/signing/android/signing-files.ts";
import { LogSpool } from "../../../src/protocol/job-folder/log-spool.ts";
import { jobPaths } from "../../../src/protocol/job-folder/paths.ts";
import type { AndroidSigning } from "../../../src/protocol/material.ts";
import { toolTest } from "../../support/tool-test.ts";
import { certificate, pkcs12 } from "../../unit/credentials/keystores.ts";
import { folderOfFile, from, once } from "../../unit/credentials/tools.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const PASSWORD = "st:ore pass";
const folder = folderOfFile();
const made = once(() => {
  certificate(folder, "ec", "/CN=Elliptic");
  pkcs12(folder, "ec", "quick.p12", PASSWORD, "-name", "upload");
  // More rounds than Millwright does itself, and fewer than Java refuses.
  pkcs12(folder, "ec", "slow.p12", PASSWORD, "-name", "upload", "-iter", "1000001");
  certificate(folder, "old", "/CN=Short", "-days", "3");
  pkcs12(folder, "old", "soon.p12", PASSWORD, "-name", "upload");
  return from(folder);
});

const signing = (name: string, change: Partial<AndroidSigning> = {}): AndroidSigning => ({
  fileName: name,
  keystoreBase64: made()(name).toString("base64"),
  storePassword: PASSWORD,
  alias: "upload",
  keyPassword: PASSWORD,
  ...change,
});

/** What checking needs of a job. */
function jobContext(environment: Record<string, string>): { context: JobContext; said: () => string } {
  const root = temporaryFolder();
  const file = join(root, "log");
  const spool = new LogSpool(file, 2 ** 20, 2 ** 16);
  const log = new JobLog(spool, new Redactor(), (error) => {
    throw error;
  });
  const context = {
    spec: { lease: { leaseId: "l1" }, securityProfile: { name: "play", type: "production" } },
    host: { environment, scratch: root, cancelGraceMs: 1000 },
    paths: jobPaths(root),
    log,
    stop: new Stop(),
    found: { tools: [], artifacts: [] },
  } as unknown as JobContext;
  return { context, said: () => from(root)("log").toString() };
}

async function check(material: AndroidSigning, environment = { PATH: process.env["PATH"] ?? "" }) {
  const { context, said } = jobContext(environment);
  const files = openSigningFiles(context, material);
  try {
    return { signer: await checkKeystore(context, material, files), said: said() };
  } finally {
    files.close();
  }
}

const sha256 = () => createHash("sha256").update(made()("ec.der")).digest("hex");

toolTest(
  ["openssl"],
  "A keystore is checked without any Java, and its certificate is the expected signer",
  async () => {
    const { signer } = await check(signing("quick.p12"), { PATH: dirname(process.execPath) });
    expect(signer).toBe(sha256());
  },
);

toolTest(["openssl"], "A certificate that ends soon is a warning in the log", async () => {
  expect((await check(signing("soon.p12"))).said).toMatch(
    /^Warning: The certificate CN=Short .* expires in 2 days, on /m,
  );
});

toolTest(["openssl", "keytool"], "What Millwright can't read itself keytool reads, with the same codes", async () => {
  expect((await check(signing("slow.p12"))).signer).toBe(sha256());
  const wrong = check(signing("slow.p12", { storePassword: "wrong" }));
  await expect(wrong).rejects.toMatchObject({ code: "KEYSTORE_PASSWORD_WRONG" });
  const missing = check(signing("slow.p12", { alias: "beta" }));
  await expect(missing).rejects.toMatchObject({ code: "KEY_ALIAS_MISSING" });
});

toolTest(["openssl"], "Without a keytool such a keystore is left to Gradle, and the log says so", async () => {
  const { signer, said } = await check(signing("slow.p12"), { PATH: folder });
  expect(signer).toBeUndefined();
  expect(said).toContain("The keystore was not checked: It asks for more than 1,000,000 rounds");
});
