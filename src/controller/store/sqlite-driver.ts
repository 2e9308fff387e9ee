import {
  type CompiledQuery,
  type DatabaseConnection,
  DeleteQueryNode,
  type Driver,
  InsertQueryNode,
  type QueryResult,
  SelectQueryNode,
  UpdateQueryNode,
} from "kysely";
import { SharedCommits } from "./shared-commits.ts";
import type { SqliteHandle } from "./sqlite-handle.ts";

/**
 * SQLite as kysely speaks to it: transactions one after the other on one connection, sharing commits; what is only read goes
 * over another one, which sees what is on the disk and waits for nobody.
 */
export class SqliteDriver implements Driver {
  private readonly writer: SqliteHandle;
  private readonly reader: SqliteHandle;
  private readonly commits: SharedCommits;

  constructor(writer: SqliteHandle, reader: SqliteHandle) {
    this.writer = writer;
    this.reader = reader;
    this.commits = new SharedCommits(writer);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    return new Connection(this.writer, (query) => this.alone(query));
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: Connection): Promise<void> {
    await this.commits.begin();
    connection.isInTransaction = true;
  }

  async commitTransaction(connection: Connection): Promise<void> {
    const committed = this.commits.commit();
    connection.isInTransaction = false;
    await committed;
  }

  /** Kysely also calls it after a commit that failed. */
  async rollbackTransaction(connection: Connection): Promise<void> {
    if (!connection.isInTransaction) return;
    connection.isInTransaction = false;
    this.commits.rollback();
  }

  async destroy(): Promise<void> {
    this.commits.close();
    this.reader.close();
    this.writer.close();
  }

  /** A query that belongs to no transaction. */
  private async alone<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (isRead(query)) return this.reader.query(query);
    if (!isChange(query)) return this.commits.between(() => this.writer.query(query)); // as pragmas want it
    await this.commits.begin();
    let result: QueryResult<R>;
    try {
      result = this.writer.query(query);
    } catch (error) {
      this.commits.rollback();
      throw error;
    }
    await this.commits.commit();
    return result;
  }
}

class Connection implements DatabaseConnection {
  isInTransaction = false;
  private readonly writer: SqliteHandle;
  private readonly alone: <R>(query: CompiledQuery) => Promise<QueryResult<R>>;

  constructor(writer: SqliteHandle, alone: <R>(query: CompiledQuery) => Promise<QueryResult<R>>) {
    this.writer = writer;
    this.alone = alone;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.isInTransaction ? this.writer.query<R>(query) : this.alone<R>(query);
  }

  // biome-ignore lint/correctness/useYield: it says that there is none
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("the store reads in pages");
  }
}

function isRead({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || (query.kind === "RawNode" && /^\s*select\b/i.test(sql));
}

function isChange({ query }: CompiledQuery): boolean {
  return InsertQueryNode.is(query) || UpdateQueryNode.is(query) || DeleteQueryNode.is(query);
}
