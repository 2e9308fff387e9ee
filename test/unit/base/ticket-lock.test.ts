import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processStartTime } from "../../../src/base/processes/alive.ts";
import { takeLock } from "../../../src/base/processes/ticket-lock.ts";

function lockFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const never = () => new AbortController().signal;

test("One at a time holds it, and every one gets it", async () => {
  const folder = lockFolder();
  let inside = 0;
  let most = 0;
  let done = 0;
  const contender = async () => {
    const release = await takeLock(folder, never());
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    done += 1;
    release();
  };
  await Promise.all(Array.from({ length: 12 }, contender));
  expect([most, done]).toEqual([1, 12]);
  expect(readdirSync(folder)).toEqual([]);
});

test("A ticket of a process that is gone, or whose pid another has now, holds nobody up", async () => {
  const folder = lockFolder();
  const child = spawn("true");
  await new Promise((resolve) => child.once("close", resolve));
  writeFileSync(join(folder, `waiting.1.${child.pid}.${processStartTime(process.pid) ?? "0"}.aa`), "");
  writeFileSync(join(folder, `waiting.1.${process.pid}.1.bb`), "");
  writeFileSync(join(folder, `choosing.0.${process.pid}.1.cc`), "");
  const release = await takeLock(folder, AbortSignal.timeout(5_000));
  release();
  expect(readdirSync(folder)).toEqual([]);
});

test("Who waits says so once and leaves the queue when stopped", async () => {
  const folder = lockFolder();
  const release = await takeLock(folder, never());
  const stop = new AbortController();
  let said = 0;
  const waiting = takeLock(folder, stop.signal, () => {
    said += 1;
    stop.abort(new Error("stopped"));
  });
  await expect(waiting).rejects.toThrow("stopped");
  expect(said).toBe(1);
  expect(readdirSync(folder)).toHaveLength(1);
  release();
});
