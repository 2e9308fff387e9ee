import type { Redactor } from "../../base/redaction/redactor.ts";
import type { LogSpool } from "../../protocol/job-folder/log-spool.ts";
import { ProgressFilter } from "./progress-filter.ts";
import { RecentLines } from "./recent-lines.ts";

const NEWLINE = 0x0a;

/** What a command prints on its way to the log. Both streams are redacted on their own, so interleaving splits nothing. */
export interface OutputSink {
  write(stream: "stdout" | "stderr", bytes: Buffer): void;
  /** Gives out what redaction still held, and answers the last lines as they stand in the log. */
  end(): RecentLines;
}

export interface OutputWishes {
  /** For commands that rewrite their lines all the time. */
  thinProgress?: boolean;
  /** Lines that match are there at the end for whoever asks. */
  noteworthy?: RegExp;
  /** Receives the same bytes as the log. */
  keep?: (bytes: Buffer) => void;
}

/** The log of a job as people read it. Nothing reaches the spool unredacted. */
export class JobLog {
  private readonly spool: LogSpool;
  readonly redactor: Redactor;
  private atLineStart = true;
  private lastWrite = performance.now();
  private readonly onLost: (error: Error) => void;

  /** `onLost` hears of each write that failed; the log goes on with what can be written again. */
  constructor(spool: LogSpool, redactor: Redactor, onLost: (error: Error) => void) {
    this.spool = spool;
    this.redactor = redactor;
    this.onLost = onLost;
  }

  /** Monotonic moment, in ms, at which something was last written. */
  get quietSince(): number {
    return this.lastWrite;
  }

  /** Counts as a sign of life where a step works without printing. */
  touch(): void {
    this.lastWrite = performance.now();
  }

  /** How many bytes of the log stand in its file by now. */
  get onDisk(): number {
    return this.spool.onDisk;
  }

  /** Whether the end of the log is not in its file yet, because the log grew too long. */
  get holdsEnd(): boolean {
    return this.spool.holdsEnd;
  }

  heading(title: string): void {
    this.line(`\n▸ ${title}`);
  }

  /**
   * The command line as it is run. Callers leave secrets out; what is masked is masked here too, word by word first, since
   * quotes would hide what is escaped already.
   */
  command(words: readonly string[]): void {
    this.line(`$ ${words.map((word) => quoted(this.redactor.text(word))).join(" ")}`);
  }

  /** One or more whole lines. */
  line(text: string): void {
    if (!this.atLineStart) this.append(Buffer.from("\n"));
    this.append(Buffer.from(`${this.redactor.text(text)}\n`));
  }

  /** Opens the way for one command's output. */
  output({ thinProgress = false, noteworthy, keep }: OutputWishes = {}): OutputSink {
    const streams = { stdout: this.redactor.stream(), stderr: this.redactor.stream() };
    const progress = thinProgress ? new ProgressFilter() : undefined;
    const recent = new RecentLines(noteworthy);
    const pass = (bytes: Buffer) => {
      recent.push(bytes);
      keep?.(bytes);
      this.append(bytes);
    };
    return {
      write: (stream, bytes) => {
        this.touch();
        pass(streams[stream].push(stream === "stderr" && progress ? progress.push(bytes) : bytes));
      },
      end: () => {
        pass(streams.stdout.end());
        if (progress) pass(streams.stderr.push(progress.end()));
        pass(streams.stderr.end());
        return recent;
      },
    };
  }

  private append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.touch();
    this.atLineStart = bytes[bytes.length - 1] === NEWLINE;
    try {
      this.spool.write(bytes);
    } catch (error) {
      this.onLost(error as Error); // thrown here it would end the supervisor: most writes come from the output of a child
    }
  }
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./^~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
