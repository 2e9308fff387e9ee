import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { installProfile, prepareKeychain } from "../../../fakes/apple/ready-to-sign.ts";
import { eventually } from "../../../support/eventually.ts";
import { newProject } from "./builds.ts";
import { testMac } from "./mac.ts";
import { manually } from "./sample-project.ts";

const mac = testMac();
const env = { PATH: `${mac.bin}:/usr/bin:/bin` };
const start = promisify(execFile);
const ARCHIVING = [
  "-workspace",
  "App.xcworkspace",
  "-scheme",
  "App",
  "-destination",
  "generic/platform=iOS",
  "-archivePath",
  "App.xcarchive",
  "archive",
];

test("a program needs nothing but PATH, and its call is logged with arguments, folder and exit code", async () => {
  const { stdout } = await start("xcodebuild", ["-version"], { env, cwd: mac.root });
  expect(stdout).toBe("Xcode 16.2\nBuild version 16C5032a\n");
  await expect(
    start("security", ["unlock-keychain", "-p", "x", "./none"], { env, cwd: mac.root }),
  ).rejects.toMatchObject({
    code: 50,
    stderr: "security: SecKeychainUnlock ./none: The specified keychain could not be found.\n",
  });
  expect(mac.calls().slice(-2)).toMatchObject([
    { tool: "xcodebuild", argv: ["-version"], rc: 0 },
    { tool: "security", cwd: mac.root, env: { PATH: env.PATH }, rc: 50 },
  ]);
});

test("the xcodebuild inside an Xcode is that Xcode's", async () => {
  const inside = join(mac.developerDir("Xcode-16.2.app"), "usr/bin/xcodebuild");
  const { stdout } = await start(inside, ["-version"], { env: { ...env, DEVELOPER_DIR: "/no" } });
  expect(stdout).toMatch(/^Xcode 16\.2\n/);
});

test("imports into one keychain at once all arrive", async () => {
  const { keychain } = prepareKeychain(mac);
  const others = [1, 2, 3].map(
    (number) => prepareKeychain(mac, { owner: `Owner ${number}`, searched: false }).keychain,
  );
  await Promise.all(
    others.map((other) => start("security", ["import", `${other}.p12`, "-k", keychain, "-P", "p12-password"], { env })),
  );
  const { stdout } = await start("security", ["find-identity", "-v", keychain], { env });
  expect(stdout).toContain("4 valid identities found");
});

function archiving(cwd: string): ChildProcess & { said: () => string } {
  const child = spawn("xcodebuild", ARCHIVING, { cwd, env });
  let said = "";
  child.stderr.on("data", (data) => {
    said += `${data}`;
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return Object.assign(child, { said: () => said });
}

test("a slow archive can be killed in its middle, and loses its keychain when another job takes it off the list", async () => {
  const { identity } = prepareKeychain(mac, { owner: "Slow Ltd" });
  installProfile(mac, { name: "slow", certificates: [identity.facts] });
  const cwd = newProject(mac, { settings: manually("slow", { CODE_SIGN_IDENTITY: identity.facts.sha1 }) });
  const middle = join(cwd, "App.xcarchive/Products/Applications");
  mac.change({ archiveSeconds: 60 });
  const killed = archiving(cwd);
  await eventually("half of an archive", () => existsSync(middle));
  killed.kill("SIGTERM");
  await new Promise((ended) => killed.once("exit", ended));
  expect(killed.signalCode).toBe("SIGTERM");
  expect(existsSync(join(cwd, "App.xcarchive/Info.plist"))).toBe(false);
  expect(mac.calls().at(-1)).not.toHaveProperty("rc");

  rmSync(join(cwd, "App.xcarchive"), { recursive: true });
  mac.change({ archiveSeconds: 3 });
  const robbed = archiving(cwd);
  await eventually("half of an archive", () => existsSync(middle));
  await start("security", ["list-keychains", "-d", "user", "-s", "login.keychain"], { env });
  await new Promise((ended) => robbed.once("exit", ended));
  expect([robbed.exitCode, robbed.said()]).toEqual([65, expect.stringContaining("no identity found")]);
});
