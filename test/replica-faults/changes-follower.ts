import { setTimeout as rest } from "node:timers/promises";
import type { Build } from "../../src/protocol/api.ts";
import type { BuildStatus } from "../../src/protocol/build-types.ts";
import type { Https } from "./https.ts";

/** The stream says something, be it nothing, every 15 s. */
const SILENT_MS = 45_000;
const ENDS = /^(success|failed|canceled)$/;

interface Connection {
  /** From here on every change must be told, or the stream end. */
  from: number;
  to: number;
}

/** Somebody who keeps a list of all builds up to date as the web page does: loads it, and follows /builds/changes. */
export class ChangesFollower {
  /** What it would show. */
  readonly shown = new Map<number, BuildStatus>();
  /** When it first showed that a build has ended. */
  readonly endSeen = new Map<number, number>();
  readonly connections: Connection[] = [];
  readonly problems: string[] = [];
  private readonly api: Https;
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>;

  constructor(api: Https) {
    this.api = api;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Whether one connection lasted over all of this time. */
  wasConnected(from: number, to: number): boolean {
    return this.connections.some((connection) => connection.from <= from && connection.to >= to);
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.once().catch(() => {}); // the connection broke: the list is loaded anew
      if (!this.stopped.signal.aborted) await rest(300);
    }
  }

  private async once(): Promise<void> {
    const silent = new AbortController();
    const signal = AbortSignal.any([silent.signal, this.stopped.signal]);
    const timer = setTimeout(() => silent.abort(), SILENT_MS);
    const connection: Connection = { from: Number.POSITIVE_INFINITY, to: 0 };
    try {
      const response = await this.api.open("GET", "/builds/changes", signal);
      if (response.statusCode !== 200) return void response.destroy();
      const from = Date.now();
      const loading = this.load().then(() => {
        connection.from = from;
        this.connections.push(connection);
      });
      loading.catch(() => response.destroy());
      for await (const line of linesOf(response as AsyncIterable<Buffer>)) {
        timer.refresh();
        if (line !== "") this.take(JSON.parse(line) as Build, "change");
        connection.to = Date.now();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private async load(): Promise<void> {
    for (let before: number | undefined, more = true; more; ) {
      const where = before === undefined ? "" : `&before=${before}`;
      const page = await this.api.get<{ builds: Build[]; next?: number }>(`/builds?limit=100${where}`);
      for (const build of page.builds) this.take(build, "list");
      before = page.next;
      more = before !== undefined;
    }
  }

  private take({ id, status }: Build, source: "list" | "change"): void {
    const known = this.shown.get(id) ?? "";
    if (ENDS.test(known)) {
      // A list that was asked for before the change came may be older than it.
      if (status !== known && (source === "change" || ENDS.test(status)))
        this.problems.push(`build ${id} was ${known} and is told to be ${status}`);
      return;
    }
    this.shown.set(id, status);
    if (ENDS.test(status)) this.endSeen.set(id, Date.now());
  }
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let text = "";
  for await (const piece of pieces) {
    const lines = (text + piece.toString("latin1")).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
