import { tmpdir } from "node:os";
import { expect } from "vitest";
import { runInTerminal } from "../../../src/base/processes/run-in-terminal.ts";
import { terminalTest } from "../../support/node-pty.ts";

const environment = { PATH: process.env["PATH"] ?? "" };

async function shell(script: string, extra: object = {}) {
  const parts: Buffer[] = [];
  const command = { command: "/bin/sh", args: ["-c", script], cwd: tmpdir(), environment };
  const exit = await runInTerminal({ ...command, onOutput: (_, bytes) => parts.push(Buffer.from(bytes)), ...extra });
  return { ...exit, output: Buffer.concat(parts).toString() };
}

terminalTest("a command sees a terminal, and its exit code comes through", async () => {
  const done = await shell("test -t 1 && echo yes; exit 7");
  expect(done).toMatchObject({ exitCode: 7, output: "yes\n" });
});

terminalTest("short commands lose no byte of their output", async () => {
  const expected = Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join("");
  for (let round = 0; round < 20; round += 1) expect((await shell("seq 1 5000")).output).toBe(expected);
});

terminalTest("an abort ends what runs on the terminal", async () => {
  const stop = new AbortController();
  const done = await shell("trap '' TERM; echo up; while :; do sleep 1; done", {
    signal: stop.signal,
    graceMs: 200,
    onOutput: () => stop.abort(),
  });
  expect(done.exitCode === undefined || done.exitCode > 0).toBe(true);
});
