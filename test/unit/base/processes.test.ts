import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isAlive, startTimeByPs } from "../../../src/base/processes/alive.ts";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { takePidLock } from "../../../src/base/processes/pid-lock.ts";
import { run } from "../../../src/base/processes/run.ts";
import { endMarked, endNaming } from "../../../src/base/processes/tree.ts";

const environment = { PATH: process.env["PATH"] ?? "" };

function node(script: string, extra: object = {}) {
  let output = "";
  const command = { command: process.execPath, args: ["-e", script], cwd: tmpdir(), environment };
  const done = run({ ...command, onOutput: (_, bytes) => (output += bytes.toString()), ...extra });
  return done.then((exit) => ({ ...exit, output }));
}

test("output and exit code of a command are whole", async () => {
  const done = await node(`process.stdout.write("x".repeat(1e6)); process.stderr.write("end"); process.exitCode = 3`);
  expect(done).toMatchObject({ exitCode: 3, outputHeldOpen: false });
  expect(done.output).toHaveLength(1e6 + 3);
});

test("nothing of the caller's environment reaches the command but what is given", async () => {
  const done = await node("console.log(Object.keys(process.env).sort().join())");
  expect(done.output.trim()).toBe("PATH");
});

test("a program that doesn't exist is told, not thrown", async () => {
  expect(await node("", { command: "no-such-program" })).toMatchObject({ failedToStart: "ENOENT" });
});

test("an abort ends the group and what left it", async () => {
  const marker = `MILLWRIGHT_TEST=${process.pid}-tree`;
  const stop = new AbortController();
  const stubborn = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`;
  const script = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { detached: true, stdio: "ignore" }).unref(); ${stubborn}; console.log("up")`;
  const done = node(script, {
    signal: stop.signal,
    graceMs: 200,
    marker,
    environment: { ...environment, MILLWRIGHT_TEST: `${process.pid}-tree` },
    onOutput: () => stop.abort(),
  });
  expect((await done).signal).toBe("SIGKILL");
  expect(findMarked(marker)).toEqual([]);
});

test("a background child that holds the output doesn't hold the command", async () => {
  const marker = `MILLWRIGHT_TEST=${process.pid}-held`;
  const child = spawn("sleep", ["60"], { env: { ...environment, MILLWRIGHT_TEST: `${process.pid}-held` } });
  expect(findMarked(marker)).toEqual([child.pid]);
  expect(await endMarked(marker, 1000)).toEqual([]);
  expect(isAlive(child.pid ?? 0)).toBe(false);
});

test("a lock is held once, and one of a dead process is taken over", () => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "lock");
  const gone = spawnSync("true").pid;
  writeFileSync(file, JSON.stringify({ pid: gone, startTime: "1" }));
  const lock = takePidLock(file);
  expect(lock).toHaveProperty("release");
  writeFileSync(file, JSON.stringify({ pid: process.ppid }));
  expect(takePidLock(file)).toEqual({ heldBy: process.ppid });
  writeFileSync(file, "{ broken");
  const taken = takePidLock(file);
  if ("release" in taken) taken.release();
  expect(existsSync(file)).toBe(false);
});

test("ps tells when a process began, the same each time and nothing of one that is gone", async () => {
  const child = spawn("sleep", ["60"]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const pid = child.pid ?? 0;
  expect(startTimeByPs(pid)).toMatch(/^[A-Z][a-z]{2}-[A-Z][a-z]{2}-\d+-\d\d-\d\d-\d\d-\d{4}$/);
  expect(startTimeByPs(pid)).toBe(startTimeByPs(pid));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(startTimeByPs(pid)).toBeUndefined();
});

test("processes are ended by a word of their command line", async () => {
  const word = `millwright-word-${process.pid}`;
  const child = spawn("sh", ["-c", `trap '' TERM; while :; do sleep 0.1; done # ${word}`]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  expect(await endNaming(word, 200)).toEqual([]);
  await ended;
  expect(isAlive(child.pid ?? 0)).toBe(false);
});
