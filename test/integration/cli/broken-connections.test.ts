import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { now } from "./contract-server.ts";
import { contractServer, leadingTo, runCli, startCli, temporaryFolder } from "./run-cli.ts";

test("a log is whole over connections that break and a controller that restarts", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.change(id, { status: "running", agent: "linux-1", startedAt: now() });
  server.breakAfter = 70_001;
  const all = randomBytes(300_000);
  const cli = startCli(["logs", String(id), "--follow"], { environment: leadingTo(server) });
  server.log(id, all.subarray(0, 150_000));
  await eventually("the first half arrives", () => cli.stdout.length === 150_000);
  await server.stop();
  await cli.printed("Trying again");
  server.log(id, all.subarray(150_000));
  await server.start();
  await cli.printed("The controller answers again.");
  server.end(id, "success");
  expect(await cli.exitCode).toBe(0);
  expect(cli.stdout.equals(all)).toBe(true);
  expect(server.requests.filter((request) => request.path.includes("/log?")).length).toBeGreaterThanOrEqual(5);
});

test("a log that is printed once is whole too, and unknown builds are refused at once", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.breakAfter = 1000;
  const text = randomBytes(2500).toString("hex");
  server.log(id, text);
  server.end(id, "failed");
  const { exitCode, stdout } = await runCli(["logs", "1"], { environment: leadingTo(server) });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(text);
  expect((await runCli(["logs", "7", "--follow"], { environment: leadingTo(server) })).exitCode).toBe(2);
});

test("a download goes on where its connection broke", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  const apk = randomBytes(1_000_000);
  server.addFile(id, "shop.apk", "apk", apk);
  server.end(id, "success");
  server.breakAfter = 300_000;
  const folder = temporaryFolder();
  const { exitCode } = await runCli(["download", "1"], { folder, environment: leadingTo(server) });
  expect(exitCode).toBe(0);
  expect(readFileSync(join(folder, "shop.apk")).equals(apk)).toBe(true);
  const starts = server.requests.flatMap((request) => Number(/\d+/.exec(request.headers.range ?? "") ?? 0) || []);
  expect(starts.length).toBeGreaterThanOrEqual(3);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
});

test("a file that isn't what the controller stored is not kept", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.addFile(id, "shop.apk", "apk", Buffer.from("bytes"), "0".repeat(64));
  server.end(id, "success");
  const folder = temporaryFolder();
  const { exitCode, stderr } = await runCli(["download", "1"], { folder, environment: leadingTo(server) });
  expect(exitCode).toBe(5);
  expect(stderr).toContain("[DOWNLOAD_BROKEN]");
  expect(readdirSync(folder)).toEqual([]);
});

test("an artifact's name can't lead out of the folder", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.addFile(id, "../out.apk", "apk", Buffer.from("bytes"));
  server.end(id, "success");
  const { exitCode, stderr } = await runCli(["download", "1"], { environment: leadingTo(server) });
  expect(exitCode).toBe(5);
  expect(stderr).toContain("[DOWNLOAD_BROKEN]");
});

test("no controller, a wrong token and a stranger's answer end with 4", async () => {
  const server = await contractServer();
  const refused = await runCli(["agents"], { environment: { MILLWRIGHT_URL: server.url, MILLWRIGHT_TOKEN: "wrong" } });
  expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("[UNAUTHENTICATED]")]);
  await server.stop();
  const silent = await runCli(["agents", "--json"], { environment: leadingTo(server) });
  expect([silent.exitCode, silent.stderr]).toEqual([4, expect.stringContaining("Nothing listens there.")]);
  expect(JSON.parse(silent.stdout)).toMatchObject({ error: { code: "CONTROLLER_SILENT" } });

  const stranger = createServer((_, response) => response.end("<html>hello</html>"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void stranger.close());
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const strange = await runCli(["apps", "--url", url]);
  expect([strange.exitCode, strange.stderr]).toEqual([4, expect.stringContaining("[ANSWER_NOT_UNDERSTOOD]")]);
});

test("a reader that goes away ends the command without a word", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.log(id, "line\n".repeat(1_000_000));
  server.end(id, "success");
  const cli = startCli(["logs", "1"], { environment: leadingTo(server) });
  await cli.printed("line");
  cli.child.stdout?.destroy();
  expect(await cli.exitCode).toBe(141);
  expect(cli.stderr).toBe("");
});
