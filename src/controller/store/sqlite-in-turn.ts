import { type DatabaseConnection, type Driver, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from "kysely";

/** SQLite whose one connection is got in the order in which it was asked for. */
export class SqliteInTurn extends SqliteDialect {
  private readonly config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.config = config;
  }

  override createDriver(): Driver {
    return new DriverInTurn(this.config);
  }
}

/**
 * kysely's own driver (0.28) lets everyone who waits try again whenever the connection is free: with two thousand calls at once
 * most of the time goes into that. Here the next one is called, and the others sleep.
 */
class DriverInTurn extends SqliteDriver {
  private readonly waiting: (() => void)[] = [];
  private taken = false;

  override async acquireConnection(): Promise<DatabaseConnection> {
    if (this.taken) await new Promise<void>((called) => this.waiting.push(called));
    this.taken = true;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    await super.releaseConnection();
    const next = this.waiting.shift();
    if (next) next();
    else this.taken = false;
  }
}
