import { closeSync, createReadStream, openSync, rmSync, writeSync } from "node:fs";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { bearer, ControllerClient } from "../../../src/agent/connection/controller-client.ts";
import { PLAIN } from "../../../src/agent/connection/trust.ts";
import { run } from "../../../src/base/processes/run.ts";
import {
  type LogAck,
  type LogChunk,
  LogSinkService,
} from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";

const PIECE = 65_536;

/** The output of a command into a file, and nothing else. */
export async function pipeToFile(text: string, file: string): Promise<void> {
  const fd = openSync(file, "w");
  try {
    const command = { command: "cat", args: [text], cwd: "/", environment: { PATH: process.env["PATH"] ?? "" } };
    const exit = await run({ ...command, onOutput: (_, bytes) => writeSync(fd, bytes) });
    if (exit.exitCode !== 0) throw new Error(`cat ended with ${exit.exitCode}`);
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}

export interface Sink {
  address: string;
  close(): void;
}

/** Acknowledges pieces of logs without keeping them. */
export async function openSink(): Promise<Sink> {
  const server = new Server();
  server.addService(LogSinkService, {
    append: (call: ServerDuplexStream<LogChunk, LogAck>) => {
      call.on("data", ({ offset, data }: LogChunk) => {
        call.write({ committed: offset + data.length, directive: undefined });
      });
      call.on("end", () => call.end());
      call.on("error", () => {}); // the client is done
    },
    getOffset: () => {},
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** A file over a stream of gRPC, in pieces as the agent sends them; resolves when the last one is acknowledged. */
export async function streamToSink(text: string, address: string): Promise<void> {
  const client = new ControllerClient(address, [], PLAIN);
  try {
    const stream = client.log.append(bearer(""));
    let [sent, acked] = [0, 0];
    let heard: () => void = () => {};
    stream.on("data", ({ committed }: LogAck) => {
      acked = committed;
      heard();
    });
    const failed = new Promise<never>((_, reject) => stream.on("error", reject));
    failed.catch(() => {}); // after the end nobody waits for it
    for await (const piece of createReadStream(text, { highWaterMark: PIECE })) {
      const data = piece as Buffer;
      stream.write({ lease: undefined, offset: sent, data, crc32: 0 });
      sent += data.length;
      while (sent - acked > 2 ** 20) await Promise.race([failed, new Promise<void>((resolve) => (heard = resolve))]);
    }
    while (acked < sent) await Promise.race([failed, new Promise<void>((resolve) => (heard = resolve))]);
    stream.end();
  } finally {
    client.close();
  }
}
