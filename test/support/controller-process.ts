import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Controller } from "../../src/controller/main.ts";
import { asked, type TestController } from "./controller.ts";
import { eventually } from "./eventually.ts";

export const CLI = join(process.cwd(), "dist/cli/main.js");

export interface HowStarted {
  /** More words of the command line. */
  words?: readonly string[];
  environment?: Record<string, string>;
  /** Listen where that one did. */
  at?: Pick<Controller, "httpUrl" | "grpcAddress">;
}

/** `millwright controller` as a process of its own, on free ports unless it is told others; killed at the end of the test. */
export async function controllerProcess(data: string, how: HowStarted = {}): Promise<TestController> {
  const { words = [], environment = {}, at } = how;
  const addresses = join(data, "addresses.json");
  rmSync(addresses, { force: true });
  const http = at ? new URL(at.httpUrl).host : "127.0.0.1:0";
  const listening = ["--http", http, "--grpc", at?.grpcAddress ?? "127.0.0.1:0"];
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [CLI, "controller", "--data", data, ...listening, ...words], {
    env: { PATH, HOME: data, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const close = async () => {
    child.kill("SIGTERM");
    const code = await ended;
    if (code !== 0) throw new Error(`the controller ended with ${code}: ${said}`);
  };
  onTestFinished(() => void child.kill("SIGKILL"));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  await eventually("the controller is ready", () => existsSync(addresses) || isOver(), 60_000);
  if (isOver()) throw new Error(`the controller did not start: ${said}`);
  const told = JSON.parse(readFileSync(addresses, "utf8")) as { http: string; grpc: string; caFile?: string };
  const reload = () => void child.kill("SIGHUP");
  return asked({ httpUrl: told.http, grpcAddress: told.grpc, caFile: told.caFile, reload, close }, data);
}
