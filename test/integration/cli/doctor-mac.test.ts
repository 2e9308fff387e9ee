import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import type { TrialAnswer } from "../../../src/protocol/apple-host/signing-trial.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { stateOf } from "../../support/apple-ground.ts";
import { eventually } from "../../support/eventually.ts";
import { doctorMac, environmentOf, examine, macFolder, otherSecurity } from "./doctor-kit.ts";
import { temporaryFolder } from "./run-cli.ts";

test("On a Mac that is ready a program is really signed, and its keychains are as before", async () => {
  const mac = doctorMac({ xcodes: [{ version: "16.2" }, { version: "26.0", beta: true }] });
  const before = stateOf(mac);
  const { check, checks } = await examine(macFolder(mac), environmentOf(mac));
  expect(checks.filter(({ state }) => state === "failed").map(({ id }) => id)).toEqual(["controller"]);
  expect(check("signing")).toMatchObject({ state: "ok" });
  expect(check("cocoapods")).toMatchObject({ state: "ok", found: "1.16.2" });
  expect(check("apple-certificates")?.state).toBe("ok");
  expect(checks.filter(({ id }) => id === "xcode").map(({ title, state }) => [title, state])).toEqual([
    ["Xcode 16.2", "ok"],
    ["Xcode 26.0", "ok"],
  ]);
  const signatures = mac
    .calls()
    .filter(({ tool, argv, rc }) => tool === "codesign" && argv.includes("--sign") && rc === 0);
  expect(signatures.map(({ argv }) => argv.includes("--keychain"))).toEqual([true, false]);
  for (const { env } of signatures) expect(env["HOME"]).toBe(mac.home);
  expect(stateOf(mac)).toEqual(before);
  expect(readdirSync(join(mac.home, "Library/Keychains"))).toEqual(["login.keychain-db"]);
});

test("An Xcode without its licence fails when there is no other, and is a warning beside one that is ready", async () => {
  const mac = doctorMac({ xcodes: [{ version: "16.2", licenseAccepted: false }] });
  const alone = await examine(macFolder(mac), environmentOf(mac));
  expect(alone.exitCode).toBe(5);
  const next = `sudo DEVELOPER_DIR=${mac.developerDir("Xcode-16.2.app")} xcodebuild -license accept`;
  expect(alone.check("xcode")).toMatchObject({ state: "failed", next });
  expect(alone.check("xcode")?.found).toMatch(/: its licence is not accepted$/);
  const two = doctorMac({ xcodes: [{ version: "16.2" }, { version: "15.4", iosPlatform: "sdk-only" }] });
  const { checks } = await examine(macFolder(two), environmentOf(two));
  const states = checks.filter(({ id }) => id === "xcode").map(({ title, state }) => [title, state]);
  expect(states).toEqual([
    ["Xcode 16.2", "ok"],
    ["Xcode 15.4", "warning"],
  ]);
});

test.for([
  ["whose partition list can't be set", "set-key-partition-list", "exit 0"],
  [
    "that is locked in between",
    "set-key-partition-list",
    'for last; do :; done; "$real" "$@"; exec "$real" lock-keychain "$last"',
  ],
] as const)("A keychain %s is told by what codesign says of it, and nothing stays", async ([, subcommand, script]) => {
  const mac = doctorMac();
  const before = stateOf(mac);
  const bin = otherSecurity(mac, subcommand, script);
  const { exitCode, check } = await examine(macFolder(mac), environmentOf(mac, bin));
  expect(exitCode).toBe(5);
  expect(check("signing")).toMatchObject({ state: "failed", code: "SIGNING_TRIAL_FAILED" });
  expect(check("signing")?.found).toContain("errSecInternalComponent");
  expect(check("signing")?.next).toContain("LaunchAgent");
  expect(stateOf(mac)).toEqual(before);
});

test("A search list that loses the entry again is found, as xcodebuild would find no key", async () => {
  const mac = doctorMac();
  const bin = otherSecurity(mac, "list-keychains", 'if [ "$4" = -s ]; then exit 0; fi');
  const { check } = await examine(macFolder(mac), environmentOf(mac, bin));
  expect(check("signing")?.found).toMatch(
    /It looked for the key by the keychain search list and said: .*no identity found/,
  );
});

test("What another program makes of the default keychain meanwhile is told", async () => {
  const mac = doctorMac();
  const bin = otherSecurity(mac, "find-identity", '"$real" default-keychain -d user -s /tmp/other.keychain-db');
  const { check } = await examine(macFolder(mac), environmentOf(mac, bin));
  expect(check("signing")).toMatchObject({ code: "SIGNING_TRIAL_LEFT_TRACES" });
  expect(check("signing")?.found).toContain("is now /tmp/other.keychain-db");
});

/** The process that signs on trial, with what it answers. */
function beginTrial(mac: FakeMac, bin: string, patienceMs: number) {
  const folder = join(temporaryFolder(), "trial");
  mkdirSync(folder);
  const child = spawn(process.execPath, [resolve("dist/build/doctor/main.js")], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const environment = { PATH: `${bin}:${mac.bin}:${process.env["PATH"]}` };
  child.stdin.end(JSON.stringify({ home: mac.home, folder, environment, patienceMs }));
  const answer = text(child.stdout).then((said) => JSON.parse(said) as TrialAnswer);
  return { child, answer, folder };
}

test("A keychain that asks in a dialog nobody sees ends by itself, and leaves nothing", async () => {
  const mac = doctorMac();
  const before = stateOf(mac);
  const { answer } = beginTrial(mac, otherSecurity(mac, "import", "exec sleep 60"), 2_000);
  expect(await answer).toMatchObject({ signed: false, failure: { code: "SIGNING_TRIAL_FAILED" } });
  expect(JSON.stringify(await answer)).toContain("no answer within 2 s: most likely macOS shows a dialog");
  expect(stateOf(mac)).toEqual(before);
});

test("A trial that is interrupted takes back what it did", async () => {
  const mac = doctorMac();
  const before = stateOf(mac);
  const reached = join(temporaryFolder(), "reached");
  const bin = otherSecurity(mac, "find-identity", `: > '${reached}'; exec sleep 60`);
  const { child, answer } = beginTrial(mac, bin, 60_000);
  await eventually("the trial is in its middle", () => existsSync(reached), 20_000);
  expect(stateOf(mac)).not.toEqual(before);
  child.kill("SIGTERM");
  expect(await answer).toMatchObject({ signed: false });
  expect(stateOf(mac)).toEqual(before);
});
