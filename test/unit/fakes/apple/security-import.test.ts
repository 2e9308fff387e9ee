import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { authorityOf } from "../../../fakes/apple/certificates/authority.ts";
import { makeIdentity } from "../../../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../../../fakes/apple/certificates/p12.ts";
import { makeProfile } from "../../../fakes/apple/profiles/make-profile.ts";
import { run, testMac } from "./mac.ts";

const mac = testMac();
const security = (line: string) =>
  run(
    mac,
    "security",
    line.split(" ").map((word) => (word === "''" ? "" : word)),
  );
const identity = makeIdentity(mac.root);
const ec = makeIdentity(mac.root, { kind: "Apple Development", key: "ec", owner: "Example Developer" });
const { wwdr } = authorityOf(mac.root);
const put = (name: string, bytes: Buffer | string) => writeFileSync(join(mac.root, name), bytes);

put("3des.p12", makeP12({ identities: [identity], password: "pw" }));
put("rc2.p12", makeP12({ identities: [identity], password: "pw", algorithms: "rc2-40" }));
put("pbes2.p12", makeP12({ identities: [identity], password: "pw", algorithms: "pbes2" }));
put("empty-password.p12", makeP12({ identities: [identity], password: "" }));
put("keyless.p12", makeP12({ identities: [identity], password: "pw", withoutKey: true }));
put("two.p12", makeP12({ identities: [identity, ec], password: "pw" }));
put("ec.p12", makeP12({ identities: [ec], password: "pw" }));
put("chain.p12", makeP12({ identities: [identity], password: "pw", chain: [wwdr.certificate] }));
put("wwdr.cer", readFileSync(wwdr.certificate));
put("text.p12", "This is no p12");
put("cut.p12", readFileSync(join(mac.root, "3des.p12")).subarray(0, 300));
put("app.mobileprovision", makeProfile(mac.root, { certificates: [identity.facts] }).bytes);

beforeEach(async () => {
  mac.change({ macOS: { version: "15.5", build: "24F74" } });
  await security("delete-keychain ./k");
  await security("create-keychain -p kpw ./k");
});

test.each([
  ["import 3des.p12 -k ./k -P pw -T /usr/bin/codesign", "1 identity imported.\n"],
  ["import rc2.p12 -k ./k -f pkcs12 -P pw -A", "1 identity imported.\n"],
  ["import pbes2.p12 -k ./k -P pw", "1 identity imported.\n"],
  ["import ec.p12 -k ./k -P pw", "1 identity imported.\n"],
  ["import two.p12 -k ./k -P pw", "2 identities imported.\n"],
  ["import chain.p12 -k ./k -P pw", "1 identity imported.\n1 certificate imported.\n"],
  ["import keyless.p12 -k ./k -P pw", "1 certificate imported.\n"],
  ["import empty-password.p12 -k ./k -P ''", "1 identity imported.\n"],
  ["import wwdr.cer -k ./k", "1 certificate imported.\n"],
])("%s succeeds", async (line, stdout) => {
  expect(await security(line)).toEqual({ code: 0, stdout, stderr: "" });
});

const MAC_FAILED = "MAC verification failed during PKCS12 import (wrong password?)";
const WRONG = "The user name or passphrase you entered is not correct.";
const NO_INTERACTION = "User interaction is not allowed.";

test.each([
  ["a wrong password", "15.5", "import 3des.p12 -k ./k -P no", MAC_FAILED],
  ["a wrong password with -f pkcs12 on macOS 15", "15.5", "import 3des.p12 -k ./k -f pkcs12 -P no", WRONG],
  ["a wrong password with -f pkcs12 before macOS 15", "14.7", "import 3des.p12 -k ./k -f pkcs12 -P no", MAC_FAILED],
  ["OpenSSL 3's own algorithms before macOS 15", "14.7", "import pbes2.p12 -k ./k -P pw", MAC_FAILED],
  ["no password", "15.5", "import 3des.p12 -k ./k", NO_INTERACTION],
  [
    "a keychain that isn't there",
    "15.5",
    "import 3des.p12 -k ./none -P pw",
    "The specified keychain could not be found.",
  ],
  ["a file of another kind", "15.5", "import text.p12 -k ./k -P pw", "Unknown format in import."],
  ["a p12 that was cut off", "15.5", "import cut.p12 -k ./k -P pw", "Unknown format in import."],
])("import refuses %s (macOS %s)", async (_what, version, line, text) => {
  mac.change({ macOS: { version, build: "23H124" } });
  const stderr = `security: SecKeychainItemImport: ${text}\n`;
  expect(await security(line)).toEqual({ code: 1, stdout: "", stderr });
});

test("import refuses a locked keychain, what is there already and a file that is missing", async () => {
  await security("lock-keychain ./k");
  const refusal = (text: string) => ({ code: 1, stdout: "", stderr: `security: ${text}\n` });
  const import3des = "import 3des.p12 -k ./k -P pw";
  expect(await security(import3des)).toEqual(refusal(`SecKeychainItemImport: ${NO_INTERACTION}`));
  await security("unlock-keychain -p kpw ./k");
  expect((await security(import3des)).code).toBe(0);
  const twice = "SecKeychainItemImport: The specified item already exists in the keychain.";
  expect(await security(import3des)).toEqual(refusal(twice));
  const missing = refusal("Error reading infile none.p12: No such file or directory");
  expect(await security("import none.p12 -k ./k -P pw")).toEqual(missing);
});

test("set-key-partition-list prints each key, and refuses a wrong password, no key and no list", async () => {
  const list = "set-key-partition-list -S apple-tool:,apple: -s -k";
  const none = "security: SecItemCopyMatching: The specified item could not be found in the keychain.\n";
  expect(await security(`${list} kpw ./k`)).toEqual({ code: 1, stdout: "", stderr: none });
  await security("import two.p12 -k ./k -P pw");
  await security("lock-keychain ./k");
  const { code, stdout } = await security(`${list} kpw ./k`);
  expect(code).toBe(0);
  expect(stdout.match(/^keychain: /gm)).toHaveLength(2);
  expect((await security("show-keychain-info ./k")).code).toBe(0);
  expect(await security(`${list} no ./k`)).toEqual({
    code: 1,
    stdout: "",
    stderr: `security: SecKeychainUnlock: ${WRONG}\n`,
  });
  expect((await security("set-key-partition-list -k kpw ./k")).code).toBe(2);
});

test("cms -D prints what a profile signs, and refuses what is none", async () => {
  expect((await security("cms -D -i app.mobileprovision")).stdout).toContain("<key>ProvisionedDevices</key>");
  const { code, stderr } = await security("cms -D -i text.p12");
  expect([code, stderr]).toEqual([1, expect.stringMatching(/security: problem decoding\n$/)]);
});
