import { readFileSync } from "node:fs";
import { join } from "node:path";

const DEADLINE_MS = 10_000;

/** Somebody who reads the log of a build as it grows. */
export class Follower {
  private text = "";
  private heard: () => void = () => {};
  private readonly reading: Promise<void>;
  private readonly gone = new AbortController();

  private constructor(response: Response, gone: AbortController) {
    this.gone = gone;
    this.reading = this.read(response);
    this.reading.catch(() => {}); // whoever waits hears of it by `ended`
  }

  static async open(url: string, data: string, build: number): Promise<Follower> {
    const token = readFileSync(join(data, "admin.token"), "utf8").trim();
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/api/v1/builds/${build}/log?follow=1`, { headers, signal: gone.signal });
    if (!response.ok) throw new Error(`following a log was answered with ${response.status}`);
    return new Follower(response, gone);
  }

  /** Resolves as soon as the line was read. */
  async has(line: string): Promise<void> {
    const until = performance.now() + DEADLINE_MS;
    while (!this.text.includes(line)) {
      if (performance.now() > until) throw new Error("a line didn't arrive");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, DEADLINE_MS);
        this.heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Resolves at the end of the log, which comes when the build has ended. */
  async ended(): Promise<void> {
    const timer = setTimeout(() => this.gone.abort(), DEADLINE_MS);
    await this.reading.finally(() => clearTimeout(timer));
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      this.text += decoder.decode(bytes as Uint8Array, { stream: true });
      this.heard();
    }
  }
}
