import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";

/** Starts a controller by that command, which opens its store by native code, and ends it. */
export async function startsAndStops(command: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const data = join(folder, "data");
  const words = ["controller", "--data", data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const child = spawn(command, words, { cwd: folder, env, stdio: "ignore" });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  onTestFinished(() => void child.kill("SIGKILL"));
  await eventually("the controller is ready", () => existsSync(join(data, "addresses.json")), 30_000);
  const { http } = JSON.parse(readFileSync(join(data, "addresses.json"), "utf8")) as { http: string };
  expect((await fetch(`${http}/readyz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
}
