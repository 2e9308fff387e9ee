import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { BuildStep } from "../../../src/protocol/api.ts";
import { eventually } from "../../support/eventually.ts";
import { terminalTest } from "../../support/node-pty.ts";
import { now, TOKEN } from "./contract-server.ts";
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
  const pty = await import("node-pty");
  const server = await serverWithApp();
  const environment = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", TERM: "xterm-256color", NO_COLOR: "1" };
  const terminal = pty.spawn(process.execPath, [CLI, ...WORDS], {
    cols: 60,
    rows: 20,
    cwd: temporaryFolder(),
    env: { ...environment, MILLWRIGHT_URL: server.url, MILLWRIGHT_TOKEN: TOKEN },
  });
  let shown = "";
  terminal.onData((text) => {
    shown += text;
  });
  const exited = new Promise<number>((resolve) => terminal.onExit((exit) => resolve(exit.exitCode)));
  onTestFinished(() => terminal.kill());
  const see = (text: string) => eventually(`"${text}" is shown`, () => stripVTControlCharacters(shown).includes(text));
  await see("Waiting for an agent…");
  const running = { status: "running", agent: "linux-1", startedAt: now() } as const;
  server.change(1, { ...running, steps: [step("Fetch", "running")] });
  await see("⠋ Fetch");
  server.change(1, { steps: [step("Fetch", "ok"), step("Install", "skipped"), step("Build", "running")] });
  await see("⠋ Build");
  expect(stripVTControlCharacters(shown)).toMatch(/✔ Fetch {28,}0\.0 s\r\n.*· Install\r\n.*⠋ Build/s);
  server.change(1, { steps: [step("Fetch", "ok"), step("Install", "skipped"), step("Build", "ok")] });
  server.end(1, "success");
  expect(await exited).toBe(0);
  expect(stripVTControlCharacters(shown)).toMatch(/✔ Build +0\.0 s\r\n.*✔ Build 1 succeeded in /s);
});
