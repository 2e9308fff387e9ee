import { wait } from "../../base/time/wait.ts";
import type { Changes } from "../live/changes.ts";
import type { Appended, LogStore, Piece } from "../store/log-store.ts";

interface Waiting {
  piece: Piece;
  done: (answer: Appended) => void;
  failed: (error: unknown) => void;
}

const MOST_BYTES_IN_A_COMMIT = 8 * 2 ** 20;

/**
 * Writes what all streams sent in one commit at a time: while one commit is on its way to the disk, the next gathers. So
 * an acknowledgement costs one sync of the disk, shared by everyone who waits for it.
 */
export class LogWriter {
  private readonly logs: LogStore;
  private readonly changes: Changes;
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(logs: LogStore, changes: Changes) {
    this.logs = logs;
    this.changes = changes;
  }

  /** Resolves when the piece is durable, or with the reason why it was not taken. */
  append(piece: Piece): Promise<Appended> {
    return new Promise((done, failed) => {
      this.waiting.push({ piece, done, failed });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    await wait(0); // lets the pieces that came in the same moment join the first commit
    while (this.waiting.length > 0) await this.writeSome();
    this.writing = false;
  }

  private async writeSome(): Promise<void> {
    const batch: Waiting[] = [];
    for (let bytes = 0; this.waiting.length > 0 && bytes < MOST_BYTES_IN_A_COMMIT; ) {
      const next = this.waiting.shift() as Waiting;
      bytes += next.piece.data.length;
      batch.push(next);
    }
    try {
      const answers = await this.logs.append(batch.map((each) => each.piece));
      batch.forEach((each, index) => {
        each.done(answers[index] as Appended);
      });
      const grown = new Set(answers.flatMap((answer) => (answer.ok ? [answer.buildId] : [])));
      for (const buildId of grown) this.changes.logGrew(buildId);
    } catch (error) {
      for (const each of batch) each.failed(error);
    }
  }
}
