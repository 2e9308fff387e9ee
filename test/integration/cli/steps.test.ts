import { expect, test } from "vitest";
import type { BuildStep } from "../../../src/protocol/api.ts";
import { terminalTest } from "../../support/node-pty.ts";
import { onTerminal } from "../../support/terminal.ts";
import { now } from "./contract-server.ts";
import { CLI, contractServer, leadingTo, runCli, temporaryFolder } from "./run-cli.ts";

const WORDS = ["package", "build", "android", "--app", "shop", "--commit", "main", "--no-download", "--no-log"];

const step = (title: string, state: BuildStep["state"]): BuildStep => ({
  id: "install",
  title,
  state,
  startedAt: now(),
  ...(state === "running" ? {} : { finishedAt: now() }),
});

async function serverWithApp() {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  return server;
}

test("without the log a build is a line for each step as it ends, then its result; exit code and JSON stay", async () => {
  const server = await serverWithApp();
  server.onBuild = (id) => {
    server.change(id, { status: "running", agent: "linux-1", startedAt: now(), steps: [step("Fetch", "ok")] });
    server.log(id, "a line of the log\n");
    server.change(id, { steps: [step("Fetch", "ok"), step("Install", "failed")] });
    server.end(id, "failed", { code: "NPM_FAILED", blame: "user", what: "npm failed.", why: "y", next: "n" });
  };
  const plain = await runCli(WORDS, { environment: leadingTo(server) });
  expect(plain.exitCode).toBe(1);
  expect(plain.stdout).toMatch(
    /^Build 1: shop, .*\n(?:Running on linux-1\.\n)?✔ Fetch {2}0\.0 s\n✖ Install {2}0\.0 s\nBuild 1 failed in .*\n$/,
  );
  expect(plain.stderr).toContain("[NPM_FAILED]");
  expect(plain.stdout).not.toContain("a line of the log");
  const json = await runCli([...WORDS, "--json"], { environment: leadingTo(server) });
  expect([json.exitCode, JSON.parse(json.stdout).status]).toEqual([1, "failed"]);
  expect(json.stderr).toContain("✔ Fetch  0.0 s\n");
});

terminalTest("on a terminal the steps that ended stay as a list above the one that runs", async () => {
  const server = await serverWithApp();
  const env = { ...leadingTo(server), NO_COLOR: "1" };
  const terminal = await onTerminal([CLI, ...WORDS], { cols: 60, rows: 20, cwd: temporaryFolder(), env });
  await terminal.see("Waiting for an agent…");
  const running = { status: "running", agent: "linux-1", startedAt: now() } as const;
  server.change(1, { ...running, steps: [step("Fetch", "running")] });
  await terminal.see("⠋ Fetch");
  server.change(1, { steps: [step("Fetch", "ok"), step("Install", "skipped"), step("Build", "running")] });
  await terminal.see("⠋ Build");
  expect(terminal.shown()).toMatch(/✔ Fetch {28,}0\.0 s\r\n.*· Install\r\n.*⠋ Build/s);
  server.change(1, { steps: [step("Fetch", "ok"), step("Install", "skipped"), step("Build", "ok")] });
  server.end(1, "success");
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.shown()).toMatch(/✔ Build +0\.0 s\r\n.*✔ Build 1 succeeded in /s);
});
