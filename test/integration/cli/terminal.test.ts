import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { terminalTest } from "../../support/node-pty.ts";
import { now, TOKEN } from "./contract-server.ts";
import { CLI, contractServer, temporaryFolder } from "./run-cli.ts";

const ESCAPE = String.fromCharCode(27);

terminalTest("a terminal shows what goes on in its last line, and nothing of it stays", async () => {
  const pty = await import("node-pty");
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  server.onBuild = (id) =>
    server.change(id, { waitingFor: "All slots are in use, and this is a reason that is long." });
  const environment = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", TERM: "xterm-256color" };
  const words = [CLI, "package", "build", "android", "--app", "shop", "--commit", "main", "--no-download"];
  const terminal = pty.spawn(process.execPath, words, {
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
  const frames = shown.split(`\r${ESCAPE}[J`).slice(1);
  for (const frame of frames) expect(stripVTControlCharacters(frame).length).toBeLessThan(60);
  const step = { id: "install", title: "Install dependencies", state: "running", startedAt: now() } as const;
  server.change(1, { status: "running", agent: "linux-1", startedAt: now(), steps: [step] });
  await see("⠋ Install dependencies");
  server.log(
    1,
    `plain${ESCAPE}]0;a new title${String.fromCharCode(7)} ${ESCAPE}[31mred${ESCAPE}[0m ${ESCAPE}[2Jhere\n`,
  );
  await see("plain red here");
  expect(shown).not.toContain(`${ESCAPE}]0;`);
  expect(shown).not.toContain(`${ESCAPE}[2J`);
  expect(shown).toContain(`${ESCAPE}[31mred`);
  server.end(1, "success");
  expect(await exited).toBe(0);
  const last = shown.slice(shown.lastIndexOf(`\r${ESCAPE}[J`));
  expect(stripVTControlCharacters(last)).toMatch(/^\r\r\n.*Install dependencies.*\r\n✔ Build 1 succeeded/);
});
