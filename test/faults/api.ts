import { readFileSync } from "node:fs";
import { setTimeout as rest } from "node:timers/promises";
import type { Build, BuildDetails } from "../../src/protocol/api.ts";

/** Longer than a controller is ever away. */
const PATIENCE_MS = 45_000;

/** The controller's HTTP API as the suite looks at it: past all proxies, and patient while the controller is away. */
export class Api {
  private readonly base: () => string;
  private readonly tokenFile: string;

  constructor(base: () => string, tokenFile: string) {
    this.base = base;
    this.tokenFile = tokenFile;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse((await this.answer("GET", path)).toString()) as T;
  }

  bytes(path: string): Promise<Buffer> {
    return this.answer("GET", path);
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    return JSON.parse((await this.answer("POST", path, body)).toString()) as T;
  }

  build(id: number): Promise<BuildDetails> {
    return this.get(`/builds/${id}`);
  }

  log(id: number): Promise<Buffer> {
    return this.bytes(`/builds/${id}/log`);
  }

  /** Asked for once only: a request that was answered by nobody may have been taken. */
  async request(app: string, commit: string): Promise<Build> {
    return this.post(`/apps/${app}/builds`, { kind: "deploy", commit });
  }

  /** Whether the cancel was taken; it isn't when the build has ended. */
  async cancel(id: number): Promise<boolean> {
    const answer = await this.post<Build & { error?: { code: string } }>(`/builds/${id}/cancel`);
    return answer.error === undefined;
  }

  private async answer(method: string, path: string, body?: unknown): Promise<Buffer> {
    const deadline = Date.now() + PATIENCE_MS;
    const headers: Record<string, string> = { authorization: `Bearer ${readFileSync(this.tokenFile, "utf8").trim()}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    for (;;) {
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const response = await fetch(`${this.base()}/api/v1${path}`, { method, headers, signal, ...content });
        return Buffer.from(await response.arrayBuffer());
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await rest(100);
      }
    }
  }
}
