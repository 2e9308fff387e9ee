import { type Environment, type TerminalStream, terminalKind } from "./kind.ts";
import { LogLines } from "./log-lines.ts";
import { StatusLine } from "./status-line.ts";
import { Style } from "./style.ts";

export interface OutputStream extends TerminalStream {
  write(bytes: string | Uint8Array): boolean;
}

const STDOUT = 0;
const STDERR = 1;
type Target = typeof STDOUT | typeof STDERR;

/**
 * Where everything that a person or a program reads leaves the CLI.
 * `result`: stdout holds the one JSON document, and people read stderr. `log`: stdout holds the bytes of a log and
 * nothing else. `all`: stdout holds log and lines, stderr only warnings and errors.
 */
export type StdoutHolds = "all" | "log" | "result";

/** Writes to both streams and keeps the status line below them. The only place of the CLI that writes. */
export class Output {
  /** How to colour what goes to `line`. */
  readonly style: Style;
  /** How to colour what goes to `note`. */
  readonly noteStyle: Style;
  /** A person watches: the status line is drawn. */
  readonly live: boolean;
  private readonly streams: readonly [OutputStream, OutputStream];
  private readonly lineTarget: Target;
  private readonly logTarget: Target;
  private readonly logLines: LogLines | undefined;
  private readonly statusLine: StatusLine;
  private logAtLineStart = true;
  /** Lines that wait for the end of the log's line. */
  private waiting = "";

  constructor(stdout: OutputStream, stderr: OutputStream, environment: Environment, holds: StdoutHolds) {
    this.streams = [stdout, stderr];
    this.lineTarget = holds === "all" ? STDOUT : STDERR;
    this.logTarget = holds === "result" ? STDERR : STDOUT;
    this.style = new Style(terminalKind(this.streams[this.lineTarget], environment));
    this.noteStyle = new Style(terminalKind(stderr, environment));
    const logKind = terminalKind(this.streams[this.logTarget], environment);
    this.live = logKind.live;
    this.logLines = logKind.live ? new LogLines(logKind.colour) : undefined;
    this.statusLine = new StatusLine(logKind);
  }

  /** A line for people. Where the log is, it waits for the end of the log's line: nothing may stand in the middle of that. */
  line(text = ""): void {
    if (this.lineTarget === this.logTarget && !this.logAtLineStart) this.waiting += `${text}\n`;
    else this.put(this.lineTarget, `${text}\n`);
  }

  /** A line for people that isn't part of the answer: warnings, errors, what goes on. Always stderr. */
  note(text: string): void {
    this.put(STDERR, `${text}\n`);
  }

  /** Bytes of a build's log, in any pieces: unchanged in a pipe, as harmless whole lines on a live terminal. */
  log(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.logLines) {
      this.put(this.logTarget, this.logLines.push(bytes));
      return;
    }
    const lineEnd = this.waiting === "" ? 0 : bytes.indexOf(10) + 1;
    this.put(this.logTarget, bytes.subarray(0, lineEnd));
    if (lineEnd > 0) this.writeWaiting();
    this.put(this.logTarget, bytes.subarray(lineEnd));
    this.logAtLineStart = bytes.at(-1) === 10;
  }

  /** Ends a last line of the log that has no line break, so that other lines begin on their own. */
  finishLog(): void {
    this.put(this.logTarget, this.logLines?.end() ?? "");
    if (this.logAtLineStart) return;
    this.logAtLineStart = true;
    if (this.lineTarget === this.logTarget) this.put(this.logTarget, "\n");
    this.writeWaiting();
  }

  /** The one document of `--json`. */
  result(document: unknown): void {
    this.put(STDOUT, `${JSON.stringify(document, undefined, 2)}\n`);
  }

  /** Shows or changes the last line of a live terminal; an empty text takes it away. Nothing elsewhere. */
  status(text: string): void {
    if (!this.live) return;
    const drawn = this.statusLine.show(text);
    if (drawn !== "") this.streams[this.logTarget].write(drawn);
  }

  private writeWaiting(): void {
    const lines = this.waiting;
    this.waiting = "";
    this.put(this.lineTarget, lines);
  }

  private put(target: Target, bytes: string | Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.statusLine.shown) {
      this.streams[target].write(bytes);
    } else if (target === this.logTarget && typeof bytes === "string") {
      this.streams[target].write(this.statusLine.above(bytes));
    } else {
      this.streams[this.logTarget].write(this.statusLine.hide());
      this.streams[target].write(bytes);
      this.streams[this.logTarget].write(this.statusLine.again());
    }
  }
}
