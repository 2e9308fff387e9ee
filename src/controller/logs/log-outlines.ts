import type { Failure } from "../../base/errors/millwright-error.ts";
import type { LogOutline } from "../../protocol/page-api.ts";
import type { Store } from "../store/store.ts";
import { findFirstError } from "./first-error.ts";
import type { LogReader } from "./log-reader.ts";
import { type Heading, MARK_EVERY, OutlineScanner } from "./outline-scanner.ts";
import { type AttemptSteps, stepHeadings } from "./step-headings.ts";

/** So many builds' outlines are remembered; one of a log with a million lines takes about 10 KB. */
const MOST_REMEMBERED = 200;

interface Remembered {
  scanner: OutlineScanner;
  /** Of the log as long as it was then. */
  firstError?: { length: number; line: number | undefined };
  /** Requests for the same build wait for one another: its bytes are looked at once. */
  last: Promise<unknown>;
}

interface Asked {
  id: number;
  failure: string | null;
}

interface Attempt extends AttemptSteps {
  titleOf(step: string | undefined): string | undefined;
}

/** Where things are in the logs of builds. What was looked at once isn't read again: logs only grow. */
export class LogOutlines {
  private readonly store: Store;
  private readonly reader: LogReader;
  private readonly remembered = new Map<number, Remembered>();

  constructor(store: Store, reader: LogReader) {
    this.store = store;
    this.reader = reader;
  }

  /** The outline of a build's log as far as it is there. Throws LOG_REMOVED. */
  of(build: Asked): Promise<LogOutline> {
    const entry = this.entry(build.id);
    const outline = entry.last.then(() => this.bringUpToDate(build, entry));
    entry.last = outline.catch(() => this.drop(build.id));
    return outline;
  }

  /** The log is no more. */
  drop(buildId: number): void {
    this.remembered.delete(buildId);
  }

  private entry(buildId: number): Remembered {
    const entry = this.remembered.get(buildId) ?? { scanner: new OutlineScanner(), last: Promise.resolve() };
    this.remembered.delete(buildId); // to the end of the order: the first is the one that nobody asked for longest
    this.remembered.set(buildId, entry);
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= MOST_REMEMBERED) break;
      this.remembered.delete(oldest);
    }
    return entry;
  }

  private async bringUpToDate(build: Asked, entry: Remembered): Promise<LogOutline> {
    const { scanner } = entry;
    const attempts = await this.attempts(build.id);
    for await (const { bytes, begins } of this.reader.pieces(build.id, scanner.length)) {
      if (begins) scanner.attemptBegins();
      scanner.push(bytes);
    }
    const steps = stepHeadings(scanner.headings, attempts);
    if (build.failure !== null && entry.firstError?.length !== scanner.length) {
      const line = await this.firstError(
        build,
        JSON.parse(build.failure) as Failure,
        steps.at(-1) ?? [],
        attempts.at(-1),
      );
      entry.firstError = { length: scanner.length, line };
    }
    const firstError = entry.firstError?.line;
    return {
      length: scanner.length,
      lines: scanner.lines,
      every: MARK_EVERY,
      marks: scanner.marks,
      steps: steps.flat().map(({ title, line }) => ({ title, line })),
      ...(firstError === undefined ? {} : { firstError }),
    };
  }

  /** In the step that failed; without one, in what its last attempt printed last. */
  private async firstError(
    { id }: Asked,
    { step, detail }: Failure,
    headings: readonly Heading[],
    attempt: Attempt | undefined,
  ): Promise<number | undefined> {
    const title = attempt?.titleOf(step);
    const index = headings.findLastIndex((each) => title === undefined || each.title === title);
    const heading = headings[index];
    if (!heading) return undefined;
    const end = headings[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const pieces = (from: number) => this.bytes(id, from, end);
    return findFirstError(pieces, { line: heading.line, lineAt: heading.at, at: heading.at }, detail);
  }

  private async *bytes(buildId: number, from: number, end: number): AsyncGenerator<Buffer> {
    let at = from;
    for await (const { bytes } of this.reader.pieces(buildId, from)) {
      yield bytes.subarray(0, end - at);
      at += bytes.length;
      if (at >= end) return;
    }
  }

  private async attempts(buildId: number): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    let from = 0;
    for (const lease of await this.store.leases.ofBuild(buildId)) {
      const begun = (await this.store.builds.events(lease.id)).filter(({ kind }) => kind === "step-started");
      const titleOf = (step: string | undefined) => begun.find((event) => event.step === step)?.title;
      attempts.push({ from, titles: begun.map(({ title }) => title), titleOf });
      from += lease.log_length;
    }
    return attempts;
  }
}
