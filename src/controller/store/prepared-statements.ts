import type { SqliteDatabase, SqliteStatement } from "kysely";

/** More than the store has of its own; queries with lists of any length make others. */
const MOST = 400;

/**
 * A database of SQLite that keeps what it prepared: half of the time of a small query goes into preparing it. SQLite itself
 * prepares anew what a migration changed.
 */
export class PreparedStatements implements SqliteDatabase {
  private readonly database: SqliteDatabase;
  /** By their text; those that were wanted last stand last. */
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(database: SqliteDatabase) {
    this.database = database;
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.delete(sql);
    this.statements.set(sql, statement);
    if (this.statements.size > MOST) this.statements.delete(this.statements.keys().next().value ?? "");
    return statement;
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }
}
