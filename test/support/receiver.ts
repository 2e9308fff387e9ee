import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: never;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A receiver of webhooks on a free port; keeps what it gets and answers as it is told, 200 at first. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answer = (response) => void response.writeHead(200).end("ok");
  private readonly server = createServer((request, response) => void this.take(request, response));

  static async open(port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => receiver.close());
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = "/hook"): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** The request of that number, from 0, once it is there. */
  nth(index: number, ms = 10_000): Promise<Received> {
    return eventually(`request ${index + 1} has come`, () => this.received[index], ms);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const body = JSON.parse(text) as never;
    this.received.push({ path: request.url ?? "", headers: request.headers, text, body });
    this.answer(response, request);
  }
}
