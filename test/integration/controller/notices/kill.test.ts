import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Delivery, NewWebhook } from "../../../../src/protocol/webhook-api.ts";
import { type TestController, temporaryFolder } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, finishedBuild } from "../../../support/finished-build.ts";
import { Receiver } from "../../../support/receiver.ts";
import { verifies } from "./made-webhook.ts";

const CLI = resolve("dist/cli/main.js");

/** A controller as a process of its own, on the addresses that it had before. */
async function startProcess(data: string) {
  const file = join(data, "addresses.json");
  rmSync(file, { force: true });
  const args = [
    CLI,
    "controller",
    "--data",
    data,
    "--http",
    "127.0.0.1:0",
    "--grpc",
    "127.0.0.1:0",
    "--log-level",
    "trace",
  ];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes: Buffer) => {
      printed += bytes;
    });
  }
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<void>((done) => void child.once("exit", () => done()));
  await eventually("the controller is ready", () => existsSync(file), 30_000);
  const { http, grpc, caFile } = JSON.parse(readFileSync(file, "utf8")) as Record<"http" | "grpc" | "caFile", string>;
  const read = (name: string) => readFileSync(join(data, name), "utf8").trim();
  const adminToken = read("admin.token");
  const api = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${adminToken}`, ...(body ? { "content-type": "application/json" } : {}) };
    const response = await fetch(`${http}/api/v1${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as never, headers: response.headers };
  };
  const kill = () => {
    child.kill("SIGKILL");
    return ended;
  };
  const controller = { httpUrl: http, grpcAddress: grpc, caFile, adminToken, agentToken: read("agent.token"), api };
  return { ...(controller as unknown as TestController), kill, printed: () => printed };
}

test("kill -9 between the end of a build and its delivery: it is delivered after the restart, and the secret is in no log", async () => {
  const data = temporaryFolder();
  const receiver = await Receiver.open();
  receiver.answer = () => {}; // takes it and says nothing
  const first = await startProcess(data);
  const agent = await agentWithApp(first);
  const made = await first.api("POST", "/webhooks", { url: receiver.url("/hook?token=of-the-receiver") });
  const { id, secret = "" } = made.body as NewWebhook;
  await finishedBuild(first, agent, { files: [{ name: "demo-www.zip", kind: "www", bytes: "a zip" }] });
  const before = await receiver.nth(0);
  await first.kill();

  receiver.answer = (response) => void response.writeHead(200).end();
  const second = await startProcess(data);
  const after = await receiver.nth(1, 40_000);
  const delivered = await eventually("it is written down", async () => {
    const answer = await second.api("GET", `/webhooks/${id}/deliveries`);
    return (answer.body as { deliveries: Delivery[] }).deliveries.find(({ state }) => state === "delivered");
  });
  expect(delivered).toMatchObject({ build: 1, attempts: 1, response: 200 });
  expect(after.headers["x-millwright-delivery"]).toBe(before.headers["x-millwright-delivery"]);
  expect([verifies(before, secret), verifies(after, secret)]).toEqual([true, true]);
  expect(after.body).toMatchObject({ state: "success", buildInfo: { id: 1 } });

  const { downloadUrl } = after.body as { downloadUrl: string };
  const token = downloadUrl.split("/").at(-1) ?? "";
  expect(new URL(downloadUrl).origin).toBe(second.httpUrl);
  expect(await (await fetch(downloadUrl)).text()).toBe("a zip");
  rmSync(join(data, "blobs/content"), { recursive: true });
  expect((await fetch(downloadUrl)).status).toBe(500);
  await eventually("the fault is in the log", () => second.printed().includes("a request failed"));
  await second.kill();
  const printed = first.printed() + second.printed();
  expect(printed).toContain("the controller is ready");
  for (const word of [secret, "of-the-receiver", token]) expect(printed).not.toContain(word);
});
