import { stripVTControlCharacters } from "node:util";
import { expect } from "vitest";
import { terminalTest } from "../../support/node-pty.ts";
import { onTerminal } from "../../support/terminal.ts";
import { now } from "./contract-server.ts";
import { CLI, contractServer, leadingTo, temporaryFolder } from "./run-cli.ts";

const ESCAPE = String.fromCharCode(27);

terminalTest("a terminal shows what goes on in its last line, and nothing of it stays", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  server.onBuild = (id) =>
    server.change(id, { waitingFor: "All slots are in use, and this is a reason that is long." });
  const words = [CLI, "package", "build", "android", "--app", "shop", "--commit", "main", "--no-download"];
  const terminal = await onTerminal(words, { cols: 60, rows: 20, cwd: temporaryFolder(), env: leadingTo(server) });

  await terminal.see("Waiting for an agent…");
  const frames = terminal.raw().split(`\r${ESCAPE}[J`).slice(1);
  for (const frame of frames) expect(stripVTControlCharacters(frame).length).toBeLessThan(60);
  const step = { id: "install", title: "Install dependencies", state: "running", startedAt: now() } as const;
  server.change(1, { status: "running", agent: "linux-1", startedAt: now(), steps: [step] });
  await terminal.see("⠋ Install dependencies");
  server.log(
    1,
    `plain${ESCAPE}]0;a new title${String.fromCharCode(7)} ${ESCAPE}[31mred${ESCAPE}[0m ${ESCAPE}[2Jhere\n`,
  );
  await terminal.see("plain red here");
  expect(terminal.raw()).not.toContain(`${ESCAPE}]0;`);
  expect(terminal.raw()).not.toContain(`${ESCAPE}[2J`);
  expect(terminal.raw()).toContain(`${ESCAPE}[31mred`);
  server.end(1, "success");
  expect((await terminal.exited).exitCode).toBe(0);
  const shown = terminal.raw();
  const last = shown.slice(shown.lastIndexOf(`\r${ESCAPE}[J`));
  expect(stripVTControlCharacters(last)).toMatch(/^\r\r\n.*Install dependencies.*\r\n✔ Build 1 succeeded/);
});
