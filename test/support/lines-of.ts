import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";

/** Reads an answer that comes line by line, until the test ends. */
export class Lines {
  readonly all: string[] = [];
  ended = false;
  readonly response: Response;
  private rest = "";

  private constructor(response: Response) {
    this.response = response;
    void this.read();
  }

  static async open(url: string, headers: Record<string, string>): Promise<Lines> {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    return new Lines(await fetch(url, { headers, signal: stop.signal }));
  }

  /** The first line that fits, also one that came before. */
  find<T>(what: string, fits: (line: T) => boolean): Promise<T> {
    return eventually(what, () => this.parsed<T>().find(fits));
  }

  /** The lines that aren't empty. */
  parsed<T>(): T[] {
    return this.all.filter((line) => line !== "").map((line) => JSON.parse(line) as T);
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of this.response.body ?? []) {
        const lines = (this.rest + decoder.decode(bytes as Uint8Array, { stream: true })).split("\n");
        this.rest = lines.pop() ?? "";
        this.all.push(...lines);
      }
    } catch {
      // the test ended, or the controller did
    }
    this.ended = true;
  }
}
