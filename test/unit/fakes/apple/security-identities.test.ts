import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeIdentity } from "../../../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../../../fakes/apple/certificates/p12.ts";
import { run, testMac } from "./mac.ts";

const DAY_MS = 86_400_000;
const mac = testMac();
const security = (line: string) => run(mac, "security", line.split(" "));
const good = makeIdentity(mac.root);
const expired = makeIdentity(mac.root, {
  owner: "Old Ltd",
  untilMs: Date.now() - DAY_MS,
  fromMs: Date.now() - 9 * DAY_MS,
});
const unknown = makeIdentity(mac.root, { owner: "Strange Ltd", unknownIssuer: true });
const revoked = makeIdentity(mac.root, { owner: "Revoked Ltd" });
mac.change({ revoked: [revoked.facts.sha1] });
writeFileSync(join(mac.root, "all.p12"), makeP12({ identities: [good, expired, unknown, revoked], password: "pw" }));
await security("create-keychain -p kpw ./k");
await security("import all.p12 -k ./k -P pw -T /usr/bin/codesign");

const line = (index: number, { facts }: typeof good, trouble = "") =>
  `  ${index}) ${facts.sha1} "${facts.commonName}"${trouble && ` (${trouble})`}\n`;

test("find-identity -v shows what may sign, and ends with 0 also where nothing is found", async () => {
  const found = await security("find-identity -v -p codesigning ./k");
  expect(found).toEqual({ code: 0, stdout: `${line(1, good)}     1 valid identities found\n`, stderr: "" });
  // -s is a string for policies of mail and servers.
  expect(await security("find-identity -v -p codesigning -s (ZYXWV98765) ./k")).toEqual(found);
  const none = { code: 0, stdout: "     0 valid identities found\n", stderr: "" };
  expect(await security("find-identity -v -p codesigning")).toEqual(none);
});

test("find-identity without -v tells why the others may not", async () => {
  expect((await security("find-identity -p codesigning ./k")).stdout).toBe(
    `\nPolicy: Code Signing\n  Matching identities\n${line(1, good)}${line(2, expired, "CSSMERR_TP_CERT_EXPIRED")}${line(
      3,
      unknown,
      "CSSMERR_TP_NOT_TRUSTED",
    )}${line(4, revoked, "CSSMERR_TP_CERT_REVOKED")}     4 identities found\n\n  Valid identities only\n${line(1, good)}     1 valid identities found\n\n`,
  );
});

test("find-identity without keychains goes by the search list", async () => {
  await security("list-keychains -d user -s login.keychain ./k");
  expect((await security("find-identity -v -p codesigning")).stdout).toContain("1 valid identities found");
  await security("list-keychains -d user -s login.keychain");
});

test("an identity needs Apple's intermediate certificate in some keychain", async () => {
  const system = join(mac.root, "Library/Keychains/System.keychain");
  const pem = (await security("find-certificate -c Worldwide -p")).stdout;
  writeFileSync(join(mac.root, "wwdr.pem"), pem);
  const valid = async () => (await security("find-identity -v -p codesigning ./k")).stdout;
  await run(mac, "security", ["delete-keychain", system]);
  expect(await valid()).toContain("0 valid identities found");
  await run(mac, "security", ["create-keychain", "-p", "x", system]);
  await run(mac, "security", ["import", "wwdr.pem", "-k", system]);
  expect(await valid()).toContain("0 valid identities found"); // the root is still missing
});

test("find-certificate prints PEM and hashes, and ends with 44 where there is none", async () => {
  const { code, stdout } = await security("find-certificate -a -c Apple -p -Z ./k");
  expect(code).toBe(0);
  expect(stdout).toContain(`SHA-1 hash: ${good.facts.sha1}\n-----BEGIN CERTIFICATE-----\n`);
  expect(stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(4);
  const none = "security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.\n";
  expect(await security("find-certificate -c Nobody")).toEqual({ code: 44, stdout: "", stderr: none });
});
