import { LineCutter } from "./line-cutter.ts";
import { linesWithLooks, type ShownLine } from "./lines-with-looks.ts";
import type { PageRange } from "./log-index.ts";

/** Characters of all pages that are kept: a page has about 100,000. */
const MOST_CHARACTERS = 8_000_000;
const MOST_LOADING = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A page that grows is loaded again no more often. */
const RELOAD_MS = 1_000;

/** The bytes of a log from one place to another. */
export type ReadRange = (from: number, to: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;

interface Page {
  lines: ShownLine[];
  to: number;
  size: number;
  at: number;
}

/** Pages of lines that were looked at: loaded when they are wanted, and the oldest forgotten. */
export class PageCache {
  private readonly pages = new Map<number, Page>();
  private readonly loading = new Map<number, AbortController>();
  private readonly read: ReadRange;
  private readonly changed: () => void;
  private waitUntil = 0;
  private wait = FIRST_WAIT_MS;
  private size = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when a page came, and when it is time to ask again for one that could not be loaded. */
  constructor(read: ReadRange, changed: () => void) {
    this.read = read;
    this.changed = changed;
  }

  get busy(): boolean {
    return this.loading.size > 0;
  }

  /** A line of a page that is there. */
  line(page: number, index: number): ShownLine | undefined {
    return this.pages.get(page)?.lines[index];
  }

  /** These pages are looked at now, the most important first: they are loaded, and no others. */
  want(wanted: readonly { page: number; range: PageRange }[]): void {
    for (const [page, request] of this.loading) {
      if (!wanted.some((each) => each.page === page)) request.abort();
    }
    for (const { page, range } of wanted) {
      const known = this.pages.get(page);
      if (known) this.touch(page, known);
      if (known && known.to >= range.to) continue;
      const due = Math.max(this.waitUntil, (known?.at ?? 0) + RELOAD_MS);
      if (Date.now() < due) this.askAgainAt(due);
      else if (!this.loading.has(page) && this.loading.size < MOST_LOADING) void this.load(page, range);
    }
  }

  /** Stops what is being loaded. */
  stop(): void {
    clearTimeout(this.timer);
    for (const request of this.loading.values()) request.abort();
  }

  private async load(page: number, { from, to }: PageRange): Promise<void> {
    const request = new AbortController();
    this.loading.set(page, request);
    try {
      const cutter = new LineCutter();
      for await (const bytes of this.read(from, to, request.signal)) cutter.push(bytes);
      this.keep(page, linesWithLooks(cutter.lines()), to);
      this.wait = FIRST_WAIT_MS;
    } catch {
      // Whatever it was: as long as the page is looked at, it is asked for again.
      if (!request.signal.aborted) this.backOff();
    } finally {
      this.loading.delete(page);
      this.changed();
    }
  }

  private backOff(): void {
    this.waitUntil = Date.now() + this.wait;
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  private askAgainAt(due: number): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.changed();
      },
      due - Date.now() + 1,
    );
  }

  private keep(page: number, lines: ShownLine[], to: number): void {
    const size = lines.reduce((sum, { text }) => sum + text.length, 0);
    this.size += size - (this.pages.get(page)?.size ?? 0);
    this.touch(page, { lines, to, size, at: Date.now() });
    for (const [oldest, { size: freed }] of this.pages) {
      if (this.size <= MOST_CHARACTERS || this.pages.size <= MOST_LOADING) break;
      this.pages.delete(oldest);
      this.size -= freed;
    }
  }

  private touch(page: number, known: Page): void {
    this.pages.delete(page);
    this.pages.set(page, known);
  }
}
