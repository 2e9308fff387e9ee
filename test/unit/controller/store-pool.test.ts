import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { StorePool } from "../../../src/controller/store/postgres-client.ts";

/** A message of PostgreSQL's protocol. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const AUTHENTICATED = message("R", Buffer.alloc(4));
const READY = message("Z", Buffer.from("I"));
const ENDS = message("E", Buffer.from("SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0"));

/** The address of a server that is killed in the moment in which it takes a connection: both are heard at once. */
async function dyingServer(): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(Buffer.concat([AUTHENTICATED, READY, ENDS])));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `postgres://somebody@127.0.0.1:${(server.address() as AddressInfo).port}/store`;
}

test("a store that dies in the moment in which it is connected to fails the query, not the controller", async () => {
  const url = await dyingServer();
  const pool = new StorePool({ url, shown: "the store" }, () => {});
  const uncaught: Error[] = [];
  const note = (error: Error) => uncaught.push(error);
  process.on("uncaughtExceptionMonitor", note);
  onTestFinished(() => void process.off("uncaughtExceptionMonitor", note));
  const client = await pool.connect();
  await expect(client.query("select 1", [])).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  client.release();
  await pool.end();
  expect(uncaught).toEqual([]);
});
