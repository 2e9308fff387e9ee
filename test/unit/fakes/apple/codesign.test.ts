import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { certificateOf } from "../../../fakes/apple/certificates/certificate.ts";
import { makeP12 } from "../../../fakes/apple/certificates/p12.ts";
import { writeXmlPlist } from "../../../fakes/apple/plists/plist-file.ts";
import { prepareKeychain } from "../../../fakes/apple/ready-to-sign.ts";
import { run, testMac } from "./mac.ts";

const mac = testMac();
const ready = prepareKeychain(mac);
const { commonName, sha1 } = ready.identity.facts;

function app(): string {
  const folder = mkdtempSync(join(mac.root, "app-"));
  const about = { CFBundleIdentifier: "com.example.hello", CFBundleExecutable: "Hello" };
  writeXmlPlist(join(folder, "Hello.app/Info.plist"), about);
  writeFileSync(join(folder, "Hello.app/Hello"), "code");
  writeXmlPlist(join(folder, "e.plist"), { "get-task-allow": false });
  return folder;
}

const codesign = (cwd: string, ...args: string[]) => run(mac, "codesign", args, { cwd });

test("a signed app verifies, tells who signed it and gives the certificates out", async () => {
  const cwd = app();
  const signed = await codesign(cwd, "--force", "--sign", sha1, "--entitlements", "e.plist", "Hello.app");
  expect(signed).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await codesign(cwd, "--verify", "--deep", "--strict", "--verbose=2", "Hello.app")).stderr).toBe(
    "Hello.app: valid on disk\nHello.app: satisfies its Designated Requirement\n",
  );
  const { stderr } = await codesign(cwd, "-dvvv", "--extract-certificates", "Hello.app");
  expect(stderr).toContain("Identifier=com.example.hello\n");
  expect(stderr).toContain(
    `Authority=${commonName}\nAuthority=Apple Worldwide Developer Relations Certification Authority\nAuthority=Apple Root CA\n`,
  );
  expect(stderr).toContain("TeamIdentifier=ABCDE12345\n");
  expect(certificateOf(readFileSync(join(cwd, "codesign0"))).sha1).toBe(sha1);
  const shown = await codesign(cwd, "-d", "--entitlements", ":-", "Hello.app");
  expect(shown.stdout).toContain("<key>get-task-allow</key>");
});

test("what was changed after signing doesn't verify", async () => {
  const cwd = app();
  await codesign(cwd, "-f", "-s", commonName, "Hello.app");
  writeFileSync(join(cwd, "Hello.app/Hello"), "other code");
  const { code, stderr } = await codesign(cwd, "--verify", "Hello.app");
  expect([code, stderr]).toEqual([1, expect.stringContaining("Hello.app: a sealed resource is missing or invalid\n")]);
});

test("a single file can be signed too, also ad hoc", async () => {
  const cwd = app();
  writeFileSync(join(cwd, "tiny"), "tiny program");
  expect((await codesign(cwd, "-s", "-", "tiny")).code).toBe(0);
  expect((await codesign(cwd, "-dvv", "tiny")).stderr).toContain("Signature=adhoc\n");
  expect(await codesign(cwd, "-s", sha1, "tiny")).toEqual({ code: 1, stdout: "", stderr: "tiny: is already signed\n" });
  expect((await codesign(cwd, "-f", "-s", sha1, "--keychain", ready.keychain, "tiny")).code).toBe(0);
  expect((await codesign(cwd, "-v", "tiny")).code).toBe(0);
  writeFileSync(join(cwd, "tiny"), readFileSync(join(cwd, "tiny"), "latin1").replace("tiny", "huge"), "latin1");
  expect((await codesign(cwd, "-v", "tiny")).code).toBe(1);
});

test.each([
  ["an identity that isn't there", ["-s", "Nobody", "Hello.app"], "Nobody: no identity found"],
  [
    "a keychain that isn't there",
    ["-s", "Apple", "--keychain", "/no.keychain", "Hello.app"],
    "error: The specified item could not be found in the keychain.",
  ],
  ["something unsigned to show", ["-dvv", "Hello.app"], "Hello.app: code object is not signed at all"],
  ["something unsigned to verify", ["--verify", "Hello.app"], "Hello.app: code object is not signed at all"],
  ["a path that isn't there", ["--verify", "None.app"], "None.app: No such file or directory"],
])("codesign refuses %s", async (_what, args, text) => {
  expect(await codesign(app(), ...args)).toEqual({ code: 1, stdout: "", stderr: `${text}\n` });
});

test("the same identity in two keychains is ambiguous by name and clear by SHA-1", async () => {
  const second = join(mac.root, "second.keychain");
  const security = (...args: string[]) => run(mac, "security", args);
  writeFileSync(join(mac.root, "again.p12"), makeP12({ identities: [ready.identity], password: "pw" }));
  await security("create-keychain", "-p", "x", second);
  await security("import", "again.p12", "-k", second, "-P", "pw", "-A");
  await security("list-keychains", "-d", "user", "-s", ready.keychain, second);
  const cwd = app();
  const text = `${commonName}: ambiguous (matches "${commonName}" in ${ready.keychain} and "${commonName}" in ${second})\n`;
  expect((await codesign(cwd, "-s", commonName, "Hello.app")).stderr).toBe(text);
  expect((await codesign(cwd, "-s", sha1, "Hello.app")).code).toBe(0);
  await security("list-keychains", "-d", "user", "-s", ready.keychain);
});

test("a locked keychain and a missing intermediate certificate end with errSecInternalComponent", async () => {
  const cwd = app();
  await run(mac, "security", ["lock-keychain", ready.keychain]);
  const locked = { code: 1, stdout: "", stderr: "Hello.app: errSecInternalComponent\n" };
  expect(await codesign(cwd, "-s", sha1, "Hello.app")).toEqual(locked);
  await run(mac, "security", ["unlock-keychain", "-p", ready.password, ready.keychain]);
  const system = join(mac.root, "Library/Keychains/System.keychain");
  cpSync(system, `${system}.kept`);
  rmSync(system);
  const { stderr } = await codesign(cwd, "-s", sha1, "Hello.app");
  cpSync(`${system}.kept`, system);
  const warning = `Warning: unable to build chain to self-signed root for signer "${commonName}"\n`;
  expect(stderr).toBe(`${warning}Hello.app: errSecInternalComponent\n`);
});
