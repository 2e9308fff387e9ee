import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { CLI, stop } from "../../../demo/playground.mjs";
import { type TestController, temporaryFolder } from "../../../support/controller.ts";
import { runCli } from "../../cli/run-cli.ts";

export const asOperator = ({ httpUrl, adminToken }: TestController) => ({
  MILLWRIGHT_URL: httpUrl,
  MILLWRIGHT_TOKEN: adminToken,
});

/** Runs what `millwright agents invite` printed in a new folder, as on a fresh host. */
export async function joinedHost(controller: TestController, name: string) {
  const folder = temporaryFolder();
  const invited = await runCli(["agents", "invite"], { environment: asOperator(controller) });
  expect(invited.exitCode).toBe(0);
  const line = invited.stdout.trim();
  const [program, ...words] = line.split(" ");
  expect(program).toBe("millwright");
  const joined = await runCli([...words, "--name", name], { folder });
  expect(joined).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`as ${name}.`) });
  const config = join(folder, "agent.config.yaml");
  const extra = "workFolder: work\nhttp:\n  address: 127.0.0.1:0\ndisk:\n  minFree: 1MiB\n";
  writeFileSync(config, readFileSync(config, "utf8") + extra);
  return { folder, line };
}

/** `millwright agent`, as it is started after joining. */
export function startDaemon(folder: string) {
  const log = openSync(join(folder, "agent.log"), "a");
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
  const child = spawn(process.execPath, [CLI, "agent"], { cwd: folder, env, stdio: ["ignore", log, log] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  onTestFinished(() => stop(child));
  return { ended, log: () => readFileSync(join(folder, "agent.log"), "utf8") };
}
