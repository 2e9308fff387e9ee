import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { isAlive } from "../../src/base/processes/alive.ts";
import { CLI } from "../demo/playground.mjs";
import { eventually } from "./eventually.ts";

/** A controller that is started with a listening socket which outlives it, as systemd's socket units do it. */
export interface HeldController {
  httpUrl: string;
  grpcAddress: string;
  adminToken: string;
  agentToken: string;
  caFile: string;
  data: string;
  /** Ends the controller and waits until it is gone; who connects from now on waits. */
  stop(): Promise<void>;
  /** Starts the next one, and waits until it answers. */
  start(): Promise<void>;
  /** How many connections wait in the socket; known on Linux only. */
  waiting(): number;
  close(): Promise<void>;
}

/**
 * A shell that was given the listening socket, and starts one controller after the other: while the file `stopped` is there,
 * none. It says by its process id that the socket is meant for the controller (LISTEN_PID), which it becomes by exec.
 */
const SHELL = `
cd "$1"
while [ ! -e end ]; do
  if [ -e stopped ]; then sleep 0.05; continue; fi
  sh -c 'echo $$ > pid; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=http exec "$@"' sh "$2" "$3" controller --data data --grpc "$4" --http 127.0.0.1:1
done
`;

export async function holdSocket(folder: string): Promise<HeldController> {
  mkdirSync(join(folder, "data"), { recursive: true });
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  const grpcAddress = `127.0.0.1:${await freePort()}`;
  const shell = startShell(server, folder, grpcAddress);
  const closed = new Promise((resolve) => server.close(resolve)); // the shell has it now
  await closed;
  const httpUrl = `http://127.0.0.1:${port}`;
  const file = (name: string) => join(folder, name);
  const ready = async () =>
    eventually("the controller answers", async () => (await fetch(`${httpUrl}/readyz`)).ok, 30_000);
  await ready();
  const read = (name: string) => readFileSync(join(folder, "data", name), "utf8").trim();
  const stop = async () => {
    writeFileSync(file("stopped"), "");
    const pid = Number(readFileSync(file("pid"), "utf8"));
    process.kill(pid, "SIGTERM");
    await eventually("the controller is gone", () => !isAlive(pid), 40_000);
  };
  return {
    httpUrl,
    grpcAddress,
    adminToken: read("admin.token"),
    agentToken: read("agent.token"),
    caFile: join(folder, "data", "ca.pem"),
    data: join(folder, "data"),
    stop,
    start: async () => {
      rmSync(file("stopped"));
      await ready();
    },
    waiting: () => waitingAt(port),
    close: async () => {
      writeFileSync(file("end"), "");
      if (!existsSync(file("stopped"))) await stop();
      await new Promise((resolve) => (shell.exitCode === null ? shell.once("exit", resolve) : resolve(undefined)));
    },
  };
}

function startShell(server: Server, folder: string, grpcAddress: string): ChildProcess {
  const { _handle } = server as unknown as { _handle: { fd: number } };
  const log = openSync(join(folder, "controller.log"), "a");
  const args = ["-c", SHELL, "sh", folder, process.execPath, CLI, grpcAddress];
  return spawn("sh", args, { stdio: ["ignore", log, log, _handle.fd] });
}

/** Of a listening socket the receive queue is what nobody has accepted yet (proc_net_tcp). */
function waitingAt(port: number): number {
  const [, ...lines] = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const socket = fields.find(([, address, , state]) => address?.endsWith(`:${hex}`) && state === "0A");
  return Number.parseInt(socket?.[4]?.split(":")[1] ?? "0", 16);
}

function listening(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  });
}

/** A port that nobody listens on, for programs that take no port 0. */
export async function freePort(): Promise<number> {
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
