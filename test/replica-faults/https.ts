import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { setTimeout as rest } from "node:timers/promises";

/** Longer than all controllers, or their store, are ever away. */
const PATIENCE_MS = 90_000;
const ANSWER_MS = 30_000;

export interface Answer {
  status: number;
  body: Buffer;
}

/** The controllers' HTTP API through the balancer, by TLS that believes their CA alone; a connection for each request. */
export class Https {
  private readonly url: string;
  private readonly token: string;
  private readonly ca: string;

  constructor(url: string, token: string, ca: string) {
    this.url = url;
    this.token = token;
    this.ca = ca;
  }

  /** One try. Rejects when nobody answers. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.open(method, path, AbortSignal.timeout(ANSWER_MS), body);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return { status: response.statusCode ?? 0, body: Buffer.concat(pieces) };
  }

  /** Asks until there is an answer that isn't of a controller or a store that is away. For what may be asked twice. */
  async untilAnswered(method: string, path: string, body?: unknown): Promise<Answer> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const answer = await this.ask(method, path, body);
        if (answer.status < 500) return answer;
        if (Date.now() > deadline) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await rest(200);
    }
  }

  async bytes(path: string): Promise<Buffer> {
    const { status, body } = await this.untilAnswered("GET", path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.subarray(0, 300)}`);
    return body;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse((await this.bytes(path)).toString()) as T;
  }

  /** An answer that is read as it comes. */
  open(method: string, path: string, signal: AbortSignal, body?: unknown): Promise<IncomingMessage> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(content === undefined ? {} : { "content-type": "application/json" }),
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, signal, ca: this.ca, agent: false as const };
      const sent = request(`${this.url}/api/v1${path}`, options, resolve);
      sent.on("error", reject);
      sent.end(content);
    });
  }
}
