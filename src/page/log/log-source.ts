import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import type { LogMatches, LogOutline, LogStep } from "../../protocol/page-api.ts";
import { call, queryOf, RequestFailed, send } from "../client/api.ts";
import { openStream } from "../client/stream.ts";
import type { ShownLine } from "./lines-with-looks.ts";
import { LogIndex } from "./log-index.ts";
import { PageCache } from "./page-cache.ts";
import { isLive, stepRows } from "./step-rows.ts";
import { Tail } from "./tail.ts";

/** The first look at a log, which is at its end. */
const TAIL_BYTES = 64 * 1024;
const AGAIN_MS = 1_500;

/** The log of one build: its end at once, the rest as it is looked at, and what comes while the build runs. */
export class LogSource {
  readonly buildId: number;
  readonly tail = new Tail();
  readonly index = new LogIndex();
  private readonly pages: PageCache;
  /** Undefined until the outline is there: then lines have numbers. */
  steps: LogStep[] | undefined;
  firstError: number | undefined;
  failure: Failure | undefined;
  /** Whether the end is there, or it is known that there is none yet. */
  begun = false;
  connected = true;
  private readonly changed: () => void;
  private readonly stopping = new AbortController();
  private closeStream: (() => void) | undefined;
  private build: BuildDetails;
  private looksAgain = false;

  /** `changed` is called often; it should only remember that something did. */
  constructor(build: BuildDetails, changed: () => void) {
    this.build = build;
    this.buildId = build.id;
    this.changed = changed;
    this.pages = new PageCache((from, to, signal) => this.read(from, to, signal), changed);
  }

  /** Loads the end of the log and its outline at the same time. */
  async start(): Promise<void> {
    void this.look();
    await this.loadEnd();
  }

  private async loadEnd(): Promise<void> {
    const { logLength } = this.build;
    const from = Math.max(0, logLength - TAIL_BYTES);
    this.tail.begin(from);
    try {
      if (logLength > 0) for await (const bytes of this.read(from, logLength, this.stopping.signal)) this.take(bytes);
    } catch (error) {
      this.fail(error, () => this.later(() => this.loadEnd()));
      return;
    }
    this.begun = true;
    this.failure = undefined;
    this.changed();
    if (this.live || this.tail.end < this.build.logLength) this.follow(); // it may have ended meanwhile
  }

  /** The build has changed: more steps may be known now, or why it failed. */
  update(build: BuildDetails): void {
    this.build = build;
    void this.look();
  }

  /** Asks for the outline: places of lines and steps. */
  private async look(): Promise<void> {
    try {
      const path = `/builds/${this.buildId}/log/outline`;
      const outline = await call<LogOutline>("GET", path, undefined, this.stopping.signal);
      if (this.steps === undefined) this.index.take(outline); // from then on it counts what comes by itself
      for (const { at, bytes } of this.tail.pieces()) this.index.append(bytes, at);
      // More came meanwhile than is at hand: then what is between has to be counted by the controller.
      if (this.index.length < this.tail.from) return await this.look();
      this.steps = outline.steps;
      this.firstError = outline.firstError;
      this.changed();
      if (this.live && this.lacksHeading) this.lookAgain();
    } catch (error) {
      this.fail(error, () => this.lookAgain());
    }
  }

  private get live(): boolean {
    return isLive(this.build);
  }

  /** A step may have begun before the controller has the bytes of its heading. */
  private get lacksHeading(): boolean {
    const found = stepRows(this.steps ?? [], this.build.steps).filter(({ step }) => step !== undefined);
    return found.length < this.build.steps.length;
  }

  private lookAgain(): void {
    if (this.looksAgain) return;
    this.looksAgain = true;
    this.later(() => {
      this.looksAgain = false;
      return this.look();
    });
  }

  /** How many lines there are, as far as is known, and whether they are all: until the outline is there, only the last. */
  get lines(): number {
    return this.steps === undefined ? this.tail.lines().length : this.index.lines;
  }

  /** A line, when it is there. Before the outline is, lines are counted from the first that is at hand. */
  line(number: number): ShownLine | undefined {
    const last = this.tail.lines();
    if (this.steps === undefined) return last[number - 1];
    const before = this.index.lines - last.length;
    if (this.index.length === this.tail.end && number > before) return last[number - 1 - before];
    const page = this.index.pageOf(number);
    return this.pages.line(page, number - this.index.page(page).first);
  }

  /** These lines are looked at: what isn't at hand is loaded. */
  want(lines: readonly number[]): void {
    if (this.steps === undefined) return;
    const missing = new Set(lines.filter((line) => !this.line(line)).map((line) => this.index.pageOf(line)));
    this.pages.want([...missing].map((page) => ({ page, range: this.index.page(page) })));
  }

  get busy(): boolean {
    return !this.begun || this.pages.busy;
  }

  search(q: string, from: number, most: number, signal: AbortSignal): Promise<LogMatches> {
    return call("GET", `/builds/${this.buildId}/log/search${queryOf({ q, from, most })}`, undefined, signal);
  }

  stop(): void {
    this.stopping.abort();
    this.pages.stop();
    this.closeStream?.();
  }

  /** The stream goes on where the bytes at hand end, also after it broke. */
  private follow(): void {
    this.closeStream = openStream({
      address: () => `/api/v1/builds/${this.buildId}/log${queryOf({ from: this.tail.end, follow: 1 })}`,
      endsByItself: () => !this.live,
      taker: () => (bytes) => this.take(bytes),
      onConnected: (connected) => {
        this.connected = connected || !this.live;
        this.changed();
      },
      onFailed: ({ failure }) => {
        this.failure = failure;
        this.changed();
      },
    });
  }

  private take(bytes: Uint8Array): void {
    if (this.steps !== undefined) this.index.append(bytes, this.tail.end);
    this.tail.push(bytes);
    this.changed();
  }

  private async *read(from: number, to: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const address = `/api/v1/builds/${this.buildId}/log${queryOf({ from, most: to - from })}`;
    const { body } = await send(address, "GET", undefined, signal);
    const reader = body?.getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) yield piece.value;
  }

  /** What a refusal says is shown; when the controller is away, it is tried again. */
  private fail(error: unknown, again: () => void): void {
    if (this.stopping.signal.aborted) return;
    const refused = error instanceof RequestFailed && error.status >= 400 && error.status < 500;
    if (refused) this.failure = error.failure;
    else again();
    this.changed();
  }

  private later(act: () => Promise<void>): void {
    window.setTimeout(() => {
      if (!this.stopping.signal.aborted) void act();
    }, AGAIN_MS);
  }
}
