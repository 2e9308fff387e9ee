import type { SqliteHandle } from "./sqlite-handle.ts";

/** Somebody whose transaction is done, and not on the disk yet. */
interface Done {
  committed: () => void;
  failed: (error: unknown) => void;
}

/** So many share a commit at most: the first of them waits for the last. */
const MOST = 32;
/** While more of them come in each turn of the event loop, the commit waits for them, but no longer. */
const PATIENCE_MS = 3;

/**
 * Transactions on one connection, one after the other. Those that wait for each other share a commit, which costs a sync of
 * the disk: each is then a savepoint in one transaction of SQLite, and is answered once that one is committed.
 */
export class SharedCommits {
  private readonly handle: SqliteHandle;
  private readonly waiting: (() => void)[] = [];
  private busy = false;
  private done: Done[] = [];
  private later: NodeJS.Immediate | undefined;
  /** How many were done in the turn before, and since when the first of them waits. */
  private doneBefore = 0;
  private since = 0;

  constructor(handle: SqliteHandle) {
    this.handle = handle;
  }

  /** Resolves when the connection belongs to the caller, in a transaction, until `commit` or `rollback`. */
  async begin(): Promise<void> {
    await this.turn();
    try {
      this.handle.say(this.done.length > 0 ? "savepoint one" : "begin");
    } catch (error) {
      this.next();
      throw error;
    }
  }

  /** Ends the caller's turn at once; resolves when what it wrote is on the disk. Throws before: the turn is to be rolled back. */
  commit(): Promise<void> {
    if (this.done.length > 0) this.handle.say("release one");
    return new Promise((committed, failed) => {
      this.done.push({ committed, failed });
      this.next();
    });
  }

  /** Takes back what the caller wrote, and nothing else. */
  rollback(): void {
    try {
      if (!this.handle.isInTransaction) this.fail(new Error("SQLite broke the transaction off"));
      else if (this.done.length === 0) this.handle.say("rollback");
      else for (const sql of ["rollback to one", "release one"]) this.handle.say(sql);
    } catch (error) {
      this.fail(error);
    }
    this.next();
  }

  /** Does what can't be done in a transaction, between two of them. */
  async between<T>(work: () => T): Promise<T> {
    await this.turn();
    try {
      this.write();
      return work();
    } finally {
      this.next();
    }
  }

  /** What is done is written, and nothing is left for later. */
  close(): void {
    clearImmediate(this.later);
    this.write();
  }

  private async turn(): Promise<void> {
    if (this.busy) await new Promise<void>((mine) => this.waiting.push(mine));
    this.busy = true;
  }

  private next(): void {
    if (this.done.length >= MOST) this.write();
    const next = this.waiting.shift();
    if (next) {
      next();
      return;
    }
    this.busy = false;
    if (this.done.length > 0) this.writeSoon();
  }

  /** After what came over the network in the same moment has begun its transactions: they share the commit. */
  private writeSoon(): void {
    this.later ??= setImmediate(() => {
      this.later = undefined;
      if (this.busy) return; // whoever is at it comes here next
      if (this.isGrowing()) this.writeSoon();
      else this.write();
    });
  }

  /** Whether there were others beside the first in the last turn, so that there are likely more in the next. */
  private isGrowing(): boolean {
    const first = this.doneBefore === 0;
    if (first) this.since = performance.now();
    const came = this.done.length - this.doneBefore;
    this.doneBefore = this.done.length;
    return came > (first ? 1 : 0) && performance.now() - this.since < PATIENCE_MS;
  }

  private write(): void {
    if (this.done.length === 0) return;
    try {
      this.handle.say("commit");
    } catch (error) {
      this.fail(error);
      return;
    }
    for (const { committed } of this.take()) committed();
  }

  private fail(error: unknown): void {
    if (this.handle.isInTransaction) this.handle.say("rollback");
    for (const { failed } of this.take()) failed(error);
  }

  private take(): Done[] {
    const done = this.done;
    this.done = [];
    this.doneBefore = 0;
    return done;
  }
}
