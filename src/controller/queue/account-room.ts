/** An account with a limit, and how many of its builds are live: offered, accepted, running or being canceled. */
export interface LimitedAccount {
  accountId: string;
  limit: number;
  live: number;
}

/** The room that accounts have under their limits, as one claim uses it up. Accounts that have no limit aren't named. */
export class AccountRoom {
  private readonly left: Map<string, number>;

  constructor(accounts: readonly LimitedAccount[]) {
    this.left = new Map(accounts.map(({ accountId, limit, live }) => [accountId, limit - live]));
  }

  hasRoom(accountId: string): boolean {
    return (this.left.get(accountId) ?? 1) > 0;
  }

  /** One more build of the account is live. */
  take(accountId: string): void {
    const left = this.left.get(accountId);
    if (left !== undefined) this.left.set(accountId, left - 1);
  }

  /** The accounts whose builds must wait. */
  full(): string[] {
    return [...this.left].filter(([, left]) => left <= 0).map(([accountId]) => accountId);
  }
}
