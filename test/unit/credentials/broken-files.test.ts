import { expect } from "vitest";
import { MillwrightError } from "../../../src/base/errors/millwright-error.ts";
import { readKeystore } from "../../../src/credentials/android/read-keystore.ts";
import { readP12 } from "../../../src/credentials/apple/read-p12.ts";
import { readProvisioningProfile } from "../../../src/credentials/apple/read-provisioning-profile.ts";
import { toolTest } from "../../support/tool-test.ts";
import { appleCertificates, provisioningProfile } from "./apple-files.ts";
import { certificate, pkcs12 } from "./keystores.ts";
import { folderOfFile, from, keytool, once } from "./tools.ts";

const PASSWORD = "secret";
const SEED = 20_260_101;
const folder = folderOfFile();
const appleFiles = appleCertificates(folder);

/** Files with one round of key stretching, so that thousands of cases take seconds. */
const made = once(() => {
  const ec = ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Test"];
  const jks = ["-storetype", "JKS", "-keystore", "release.jks", "-storepass", PASSWORD, "-keypass", PASSWORD];
  keytool(folder, [[...ec, ...jks, "-alias", "upload"]]);
  certificate(folder, "ec", "/CN=Test");
  const quick = ["-name", "upload", "-iter", "1"];
  pkcs12(folder, "ec", "mac.p12", PASSWORD, ...quick);
  // Without a MAC nothing stands before the inner structures.
  pkcs12(folder, "ec", "bare.p12", PASSWORD, ...quick, "-nomac", "-certpbe", "NONE");
  pkcs12(folder, "ec", "rc2.p12", PASSWORD, ...quick, "-nomac", "-legacy");
  appleFiles();
  return from(folder);
});

/** Numbers from 0 on and below `end`, the same ones for each run. */
function dice(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

function* broken(bytes: Buffer, count: number): Generator<Buffer> {
  const roll = dice(SEED);
  for (let index = 0; index < count; index += 1) {
    const copy = Buffer.from(bytes);
    for (let changes = 1 + roll(3); changes > 0; changes -= 1) copy[roll(copy.length)] = roll(256);
    yield copy;
    const from = roll(bytes.length);
    yield Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + roll(8))]);
    yield Buffer.concat([bytes.subarray(0, from), bytes.subarray(roll(bytes.length))]);
    yield Buffer.from(Array.from({ length: roll(200) }, () => roll(256)));
  }
}

/** The code of what a call throws, "" when it throws nothing. Fails when it is no MillwrightError or its texts have gaps. */
function codeOf(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw new Error("not a MillwrightError", { cause: error });
    const { what, why, next } = error.failure;
    for (const text of [what, why, next]) expect(text).toMatch(/^\S(?!.* {2})(?!.*undefined).*[\S]$/s);
    return error.code;
  }
}

const keystore = (bytes: Buffer) => codeOf(() => readAndroid(bytes));
const p12 = (bytes: Buffer) => codeOf(() => readP12("store", { fileName: "signing.p12", bytes, password: PASSWORD }));
const provisioning = (bytes: Buffer) => {
  const file = { fileName: "app.mobileprovision", base64: bytes.toString("base64") };
  return codeOf(() => readProvisioningProfile("store", file));
};

function readAndroid(bytes: Buffer): void {
  const input = { fileName: "release.p12", bytes, storePassword: PASSWORD, alias: "upload", keyPassword: PASSWORD };
  readKeystore("play", input);
}

toolTest(["javac", "openssl"], "A keystore cut off at any length is named as not whole", () => {
  for (const name of ["release.jks", "mac.p12", "bare.p12", "rc2.p12"]) {
    const bytes = made()(name);
    expect(keystore(bytes), name).toBe("");
    for (let length = 1; length < bytes.length; length += 1) {
      expect(keystore(bytes.subarray(0, length)), `${name} cut off at ${length}`).toBe("KEYSTORE_TRUNCATED");
    }
  }
});

toolTest(["javac", "openssl"], "However a file is broken, reading it throws nothing but errors for people", () => {
  const codes = new Set<string>();
  for (const name of ["release.jks", "mac.p12", "bare.p12", "rc2.p12"]) {
    for (const bytes of broken(made()(name), 250)) {
      codes.add(keystore(bytes));
      codes.add(p12(bytes));
    }
  }
  const profile = Buffer.from(provisioningProfile(folder, { certificates: ["dist"] }).base64, "base64");
  expect(provisioning(profile)).toBe("");
  for (const bytes of broken(profile, 100)) codes.add(provisioning(bytes));
  // That the cases reach far is seen by what they bring to light.
  const reached = ["KEYSTORE_PASSWORD_WRONG", "KEYSTORE_DAMAGED", "KEY_PASSWORD_WRONG", "KEY_ALIAS_MISSING"];
  expect([...codes]).toEqual(expect.arrayContaining([...reached, "P12_UNREADABLE", "PROVISIONING_PROFILE_UNREADABLE"]));
});

toolTest(["javac"], "No change of a JKS keystore goes unnoticed", () => {
  const bytes = made()("release.jks");
  for (let at = 0; at < bytes.length; at += 1) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0x10;
    expect(keystore(copy), `changed at ${at}`).not.toBe("");
  }
});
