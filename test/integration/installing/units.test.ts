import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../../src/base/observe/logger.ts";
import { ServiceManager } from "../../../src/base/processes/service-manager.ts";
import { temporaryFolder } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { toolTest } from "../../support/tool-test.ts";

const UNITS = ["agent", "controller"].map((name) => resolve(`linux/millwright-${name}.service`));

toolTest(["systemd-analyze"], "systemd rates both units OK or better, and finds no mistake in them", () => {
  for (const unit of UNITS) {
    const words = ["security", "--offline=yes", "--threshold=40", "--no-pager", unit];
    const said = execFileSync("systemd-analyze", words, { encoding: "utf8", stdio: "pipe" });
    expect(Number(/exposure level for [^:]+: ([\d.]+)/.exec(said)?.[1])).toBeLessThanOrEqual(4);
  }
});

test("builds outlive a restart of the agent: nothing in its unit takes away what they use", () => {
  const text = readFileSync(UNITS[0] ?? "", "utf8").replace(/^#.*$/gm, "");
  expect(text).toMatch(/^KillMode=process$/m);
  expect(text).toMatch(/^OOMPolicy=continue$/m);
  expect(text).not.toMatch(/^(PrivateTmp|RemoveIPC|MemoryDenyWriteExecute|DynamicUser|ProcSubset)=/m);
  expect(text).toMatch(/^User=millwright$/m);
  expect(text).toMatch(/^WatchdogSec=/m);
  // With a group that builds divide, systemd could start no agent in that group itself.
  expect(text).toMatch(/^Delegate=cpu memory pids\nDelegateSubgroup=agent$/m);
  expect(text).toMatch(/^ProtectControlGroups=no$/m);
});

toolTest(["systemd-notify", "python3"], "a controller tells systemd that it is ready, lives and ends", async () => {
  const folder = temporaryFolder();
  const socket = join(folder, "notify");
  const told = listen(socket);
  await eventually("the socket is there", () => told.said().includes("LISTENING"));
  const words = ["controller", "--data", join(folder, "data"), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const env = { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: "600000" };
  const child = spawn(process.execPath, ["dist/cli/main.js", ...words], { env, stdio: "ignore" });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  onTestFinished(() => void child.kill("SIGKILL"));
  await eventually("it is ready", () => told.said().includes("READY=1"), 30_000);
  await eventually("it lives", () => told.said().filter((each) => each === "WATCHDOG=1").length > 2, 30_000);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  await eventually("it said that it ends", () => told.said().includes("STOPPING=1"));
});

toolTest(
  ["systemd-notify", "python3"],
  "who stands still doesn't say that it lives, and says why in its log",
  async () => {
    const socket = join(temporaryFolder(), "notify");
    const told = listen(socket);
    await eventually("the socket is there", () => told.said().includes("LISTENING"));
    const env: Record<string, string> = {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: "60000",
      WATCHDOG_PID: `${process.pid}`,
    };
    const manager = new ServiceManager(env, createLogger("test", "fatal"));
    onTestFinished(() => manager.close());
    expect(env).toEqual({});
    let asked = 0;
    manager.ready(() => {
      asked += 1;
      return asked <= 10 ? "stuck" : undefined;
    });
    await eventually("it lives again", () => told.said().includes("WATCHDOG=1"));
    expect(asked).toBeGreaterThan(10);
    expect(told.said()).toContain("READY=1");
  },
);

/** What comes to a Unix socket for datagrams, which node can't open. */
function listen(socket: string): { said: () => string[]; child: ChildProcess } {
  const program = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("LISTENING", flush=True)
while True: print(s.recv(4096).decode(), flush=True)`;
  const child = spawn("python3", ["-c", program, socket], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => {
    text += bytes;
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { said: () => text.split("\n").filter(Boolean), child };
}
