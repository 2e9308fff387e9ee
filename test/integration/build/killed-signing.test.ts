import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { undoSigning, undoSigningOfDead } from "../../../src/protocol/apple-host/undo-signing.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { stateOf } from "../../support/apple-ground.ts";
import { eventually } from "../../support/eventually.ts";
import { fakeMac, type Material, makeMaterial } from "./ios-kit.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Signing {
  leaseId: string;
  scratch: string;
  child: ChildProcess;
  gone: Promise<unknown>;
}

/** A process that makes the host ready for signing, as the supervisor of a job does, and then waits. */
function openSigning(mac: FakeMac, { ios }: Material): Signing {
  const folder = temporaryFolder();
  const leaseId = newId("l");
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const spec = { lease: { leaseId }, securityProfile: { name: "store" } };
  const host = { scratch, userHome: mac.home, environment: { PATH: `${mac.bin}:/usr/bin:/bin` } };
  const argument = JSON.stringify({ spec, host, folder, ios });
  const program = resolve("test/integration/build/open-signing.mjs");
  const child = spawn(process.execPath, [program, argument], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { leaseId, scratch, child, gone: new Promise((done) => child.once("exit", done)) };
}

const isOpen = ({ child }: Signing) => new Promise<void>((done) => child.stdout?.once("data", () => done()));

/** Of `security` only. */
const begun = (mac: FakeMac) => mac.calls().filter(({ tool }) => tool === "security").length;

test("Whenever the process that signs is killed, all is as it was before after one clean-up", async () => {
  const mac = fakeMac();
  const material = makeMaterial(mac);
  const before = stateOf(mac);
  const from = begun(mac);
  const whole = openSigning(mac, material);
  await isOpen(whole);
  const calls = begun(mac) - from;
  expect(calls).toBeGreaterThan(8);
  expect(stateOf(mac)).not.toEqual(before);
  whole.child.kill("SIGKILL");
  await whole.gone;
  expect(await undoSigningOfDead(mac.home)).toEqual([whole.leaseId]);
  expect(stateOf(mac)).toEqual(before);

  for (let moment = 1; moment <= calls; moment += 1) {
    const start = begun(mac);
    const signing = openSigning(mac, material);
    await eventually(`call ${moment} of security`, () => begun(mac) - start >= moment);
    signing.child.kill("SIGKILL");
    await signing.gone;
    expect(await undoSigningOfDead(mac.home), `killed at call ${moment}`).toEqual([signing.leaseId]);
    expect(stateOf(mac), `killed at call ${moment}`).toEqual(before);
    expect(await undoSigningOfDead(mac.home)).toEqual([]);
  }
}, 120_000);

test("The signing of a living process is left alone, and a profile goes with the last that needs it", async () => {
  const mac = fakeMac();
  const material = makeMaterial(mac);
  const before = stateOf(mac);
  const name = `${material.profile.uuid}.mobileprovision`;
  const [first, second] = [openSigning(mac, material), openSigning(mac, material)];
  await Promise.all([isOpen(first), isOpen(second)]);
  expect(stateOf(mac).searchList).toHaveLength(before.searchList.length + 2);
  expect(await undoSigningOfDead(mac.home)).toEqual([]);
  for (const ended of [first, second]) {
    expect(stateOf(mac).profiles).toEqual([[name], [name]]);
    expect(await undoSigning(mac.home, ended.leaseId)).toBe(true);
  }
  expect(stateOf(mac)).toEqual(before);
});

test("Where the job's folders are gone already, the search list and the profiles are still put right", async () => {
  const mac = fakeMac();
  const before = stateOf(mac);
  const signing = openSigning(mac, makeMaterial(mac));
  await isOpen(signing);
  signing.child.kill("SIGKILL");
  await signing.gone;
  const keychain = stateOf(mac).searchList.at(-1) ?? "";
  rmSync(signing.scratch, { recursive: true });
  expect(existsSync(keychain)).toBe(false);
  await undoSigningOfDead(mac.home);
  expect(stateOf(mac)).toEqual(before);
});
