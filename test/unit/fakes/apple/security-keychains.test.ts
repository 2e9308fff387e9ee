import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, testMac } from "./mac.ts";

const mac = testMac();
const security = (line: string, env: Record<string, string> = {}) => run(mac, "security", line.split(" "), { env });
const at = (name: string) => join(mac.root, name);
const searchList = async () => (await security("list-keychains -d user")).stdout;

test("create-keychain makes an unlocked keychain that locks after 300 s, and leaves the search list alone", async () => {
  expect(await security("create-keychain -p pw ./fresh.keychain")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await searchList()).toBe(`    "${mac.home}/Library/Keychains/login.keychain-db"\n`);
  const info = 'Keychain "./fresh.keychain" lock-on-sleep use-lock-interval timeout=300s\n';
  expect(await security("show-keychain-info ./fresh.keychain")).toEqual({ code: 0, stdout: "", stderr: info });
});

test("only what lies in a user's Library/Keychains gets -db at its end", async () => {
  await security("create-keychain -p pw bare.keychain");
  expect(existsSync(join(mac.home, "Library/Keychains/bare.keychain-db"))).toBe(true);
  await security("create-keychain -p pw ./elsewhere.keychain");
  expect(existsSync(at("elsewhere.keychain"))).toBe(true);
});

test("the search list belongs to the account, or to $HOME where that is set so", async () => {
  const env = { HOME: at("job-home") };
  expect((await security("list-keychains -d user", env)).stdout).toContain(`${mac.home}/Library`);
  mac.change({ keychainHome: "environment" });
  expect((await security("list-keychains -d user", env)).stdout).toContain(
    "job-home/Library/Keychains/login.keychain-db",
  );
  mac.change({ keychainHome: "account" });
});

test("list-keychains shows the system's keychain too unless a domain is named", async () => {
  expect((await security("list-keychains")).stdout).toMatch(
    /login\.keychain-db"\n {4}".*\/Library\/Keychains\/System\.keychain"\n$/,
  );
  expect((await security("list-keychains -d system")).stdout).toMatch(/^ {4}"[^"]*System\.keychain"\n$/);
});

test("list-keychains -s replaces the list and takes files that aren't there", async () => {
  expect((await security("list-keychains -d user -s ./missing.keychain login.keychain")).code).toBe(0);
  expect(await searchList()).toBe(
    `    "${at("missing.keychain")}"\n    "${mac.home}/Library/Keychains/login.keychain-db"\n`,
  );
  expect(await security("delete-keychain ./missing.keychain")).toEqual({
    code: 50,
    stdout: "",
    stderr: "security: SecKeychainDelete: The specified keychain could not be found.\n",
  });
  expect(await searchList()).toBe(`    "${mac.home}/Library/Keychains/login.keychain-db"\n`);
});

test("delete-keychain removes the file and takes it off the search list", async () => {
  await security("create-keychain -p pw ./gone.keychain");
  await security("list-keychains -d user -s login.keychain ./gone.keychain");
  expect(await security("delete-keychain ./gone.keychain")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(existsSync(at("gone.keychain"))).toBe(false);
  expect(await searchList()).not.toContain("gone");
});

test("default-keychain shows the login keychain and sets another", async () => {
  expect((await security("default-keychain")).stdout).toBe(`    "${mac.home}/Library/Keychains/login.keychain-db"\n`);
  await security("default-keychain -d user -s ./other.keychain");
  expect((await security("default-keychain -d user")).stdout).toBe(`    "${at("other.keychain")}"\n`);
  await security("default-keychain -s login.keychain");
});

test("settings: -t implies a timeout, without it there is none", async () => {
  await security("create-keychain -p pw ./set.keychain");
  expect(await security("set-keychain-settings -lut 21600 ./set.keychain")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  const info = async () => (await security("show-keychain-info ./set.keychain")).stderr;
  expect(await info()).toBe('Keychain "./set.keychain" lock-on-sleep use-lock-interval timeout=21600s\n');
  await security("set-keychain-settings -l -u ./set.keychain");
  expect(await info()).toBe('Keychain "./set.keychain" lock-on-sleep no-timeout\n');
  await security("set-keychain-settings ./set.keychain");
  expect(await info()).toBe('Keychain "./set.keychain" no-timeout\n');
});

test("a keychain locks when its timeout is over and when it is told to", async () => {
  await security("create-keychain -p pw ./timed.keychain");
  await security("set-keychain-settings -t 60 ./timed.keychain");
  mac.change({ clockOffsetSeconds: 61 });
  expect((await security("show-keychain-info ./timed.keychain")).code).toBe(36);
  expect(await security("unlock-keychain -p pw ./timed.keychain")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await security("show-keychain-info ./timed.keychain")).code).toBe(0);
  expect((await security("lock-keychain ./timed.keychain")).code).toBe(0);
  expect((await security("show-keychain-info ./timed.keychain")).code).toBe(36);
  mac.change({ clockOffsetSeconds: 0 });
});

const NOT_FOUND = "The specified keychain could not be found.";
const NO_INTERACTION = "User interaction is not allowed.";
const WRONG = "The user name or passphrase you entered is not correct.";

test.each([
  [
    "create-keychain -p pw ./there.keychain",
    48,
    "SecKeychainCreate ./there.keychain: A keychain with the same name already exists.",
  ],
  ["create-keychain ./new.keychain", 36, `SecKeychainCreate ./new.keychain: ${NO_INTERACTION}`],
  [
    "create-keychain -p pw ./no-folder/x.keychain",
    162,
    "SecKeychainCreate ./no-folder/x.keychain: UNIX[No such file or directory]",
  ],
  ["unlock-keychain -p pw ./none.keychain", 50, `SecKeychainUnlock ./none.keychain: ${NOT_FOUND}`],
  ["unlock-keychain -p no ./there.keychain", 51, `SecKeychainUnlock ./there.keychain: ${WRONG}`],
  ["set-keychain-settings ./none.keychain", 50, `SecKeychainSetSettings ./none.keychain: ${NOT_FOUND}`],
  ["set-keychain-settings ./locked.keychain", 36, `SecKeychainSetSettings ./locked.keychain: ${NO_INTERACTION}`],
  ["show-keychain-info ./locked.keychain", 36, `SecKeychainCopySettings ./locked.keychain: ${NO_INTERACTION}`],
  ["lock-keychain ./none.keychain", 50, `SecKeychainLock ./none.keychain: ${NOT_FOUND}`],
  ["delete-keychain ./none.keychain", 50, `SecKeychainDelete: ${NOT_FOUND}`],
])("%s ends with %i", async (line, code, text) => {
  for (const name of ["there", "locked"]) await security(`create-keychain -p pw ./${name}.keychain`);
  await security("lock-keychain ./locked.keychain");
  expect(await security(line)).toEqual({ code, stdout: "", stderr: `security: ${text}\n` });
});

test.each([
  ["list-keychains -d nobody -s x", "Invalid domain: nobody\n"],
  ["create-keychain -p pw", "Usage: create-keychain"],
  ["delete-keychain", "Usage: delete-keychain"],
  ["set-keychain-settings -t soon ./x", "Usage: set-keychain-settings"],
  ["unlock-keychain -Z", "Usage: unlock-keychain"],
  ["make-coffee", 'security: unknown command "make-coffee"\n'],
])("%s is no right use and ends with 2", async (line, text) => {
  const { code, stderr } = await security(line);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
});

test("a password isn't in the keychain's file, which only the owner may read", async () => {
  await security("create-keychain -p very-secret-word ./quiet.keychain");
  expect(readFileSync(at("quiet.keychain"), "utf8")).not.toContain("very-secret-word");
  expect(statSync(at("quiet.keychain")).mode & 0o777).toBe(0o600);
});
