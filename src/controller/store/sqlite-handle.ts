import type { CompiledQuery, QueryResult } from "kysely";
import Database from "libsql";

interface Statement {
  prepared: Database.Statement<unknown[]>;
  /** Asked once: it is a call into SQLite. */
  reads: boolean;
}

/** So many statements stay prepared. The product has about two hundred; lists of ids make more of them. */
const MOST_KEPT = 500;

/** One connection to a database file. Statements are prepared once. */
export class SqliteHandle {
  private readonly database: Database.Database;
  /** Who was used longest ago stands first. */
  private readonly kept = new Map<string, Statement>();

  constructor(file: string, busyMs: number) {
    this.database = new Database(file, { timeout: busyMs });
  }

  get isInTransaction(): boolean {
    return this.database.inTransaction;
  }

  query<R>({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): QueryResult<R> {
    const { prepared, reads } = this.statement(sql, parameters);
    if (reads) return { rows: prepared.all(parameters) as R[] };
    const { changes, lastInsertRowid } = prepared.run(parameters);
    return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
  }

  say(sql: string): void {
    this.query({ sql, parameters: [] });
  }

  close(): void {
    this.kept.clear();
    this.database.close();
  }

  private statement(sql: string, parameters: readonly unknown[]): Statement {
    // A statement keeps what was bound to it last: pieces of logs would stay in memory.
    if (parameters.some((value) => value instanceof Uint8Array)) return this.prepare(sql);
    const statement = this.kept.get(sql) ?? this.prepare(sql);
    this.kept.delete(sql);
    this.kept.set(sql, statement);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? "");
    return statement;
  }

  private prepare(sql: string): Statement {
    const prepared = this.database.prepare<unknown[]>(sql);
    return { prepared, reads: prepared.reader };
  }
}
