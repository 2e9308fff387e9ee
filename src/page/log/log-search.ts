import type { LogMatches } from "../../protocol/page-api.ts";

/** More matches than anybody steps through. */
const MOST_MATCHES = 20_000;
const AT_A_TIME = 2_000;

export type AskMatches = (q: string, from: number, most: number, signal: AbortSignal) => Promise<LogMatches>;

/** One search in a log: its lines come piece by piece. */
export class LogSearch {
  readonly query: string;
  readonly lines: number[] = [];
  state: "searching" | "done" | "more" | "failed" = "searching";
  private readonly stopping = new AbortController();

  constructor(query: string) {
    this.query = query;
  }

  /** Asks until everything was looked at; `changed` is called after each answer. */
  async run(ask: AskMatches, changed: () => void): Promise<void> {
    try {
      for (let from: number | undefined = 0; from !== undefined; ) {
        const found: LogMatches = await ask(this.query, from, AT_A_TIME, this.stopping.signal);
        // A line that is longer than one search looks at may be found once more by the next.
        for (const { line } of found.matches) if (line > (this.lines.at(-1) ?? 0)) this.lines.push(line);
        from = found.next;
        if (this.lines.length >= MOST_MATCHES && from !== undefined) {
          this.state = "more";
          break;
        }
        if (from !== undefined) changed();
      }
      if (this.state === "searching") this.state = "done";
    } catch {
      // Of a refusal there is nothing to be told: the query was checked. Else the controller is away for a moment.
      if (!this.stopping.signal.aborted) this.state = "failed";
    }
    if (!this.stopping.signal.aborted) changed();
  }

  stop(): void {
    this.stopping.abort();
  }

  /** The place in `lines` of the first match at or behind a line; the first of all when there is none. */
  placeFrom(line: number): number {
    const place = this.lines.findIndex((each) => each >= line);
    return place < 0 ? 0 : place;
  }
}
