import { createHash, type Hash } from "node:crypto";
import type { CopiedTable } from "./copied-tables.ts";

/** What a table holds, in two words: as many rows, and the SHA-256 of all of them in the order of their keys. */
export interface TableDigest {
  rows: number;
  sha256: string;
}

/** Reads rows of a table in order, and tells what they were. The same for both stores. */
export class Digesting {
  private readonly table: CopiedTable;
  private readonly hash: Hash = createHash("sha256");
  private rows = 0;

  constructor(table: CopiedTable) {
    this.table = table;
  }

  add(row: Record<string, unknown>): void {
    this.rows += 1;
    for (const name of this.table.columns) this.value(row[name]);
  }

  end(): TableDigest {
    return { rows: this.rows, sha256: this.hash.digest("hex") };
  }

  /** With its kind and length before it, so that no two rows look alike. */
  private value(value: unknown): void {
    if (value === null || value === undefined) return void this.hash.update("n;");
    const isBytes = typeof value === "object";
    const bytes = isBytes ? Buffer.from(value as Uint8Array) : Buffer.from(storedText(String(value)));
    this.hash.update(`${isBytes ? "b" : "t"}${bytes.length}:`).update(bytes);
  }
}

/** PostgreSQL takes every character but this one, which no text of ours needs. */
function storedText(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}
