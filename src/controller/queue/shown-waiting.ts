import type { Store } from "../store/store.ts";

/** The builds further behind in a long queue are not looked at one by one. */
const MOST = 50;

/** Tells which waiting builds of an account are shown otherwise, `pending` or `queued`, than when it was asked before. */
export class ShownWaiting {
  private readonly store: Store;
  private readonly firstHeld = new Map<string, number>();

  constructor(store: Store) {
    this.store = store;
  }

  /** At most the newest 50; the first time all that wait may have changed. */
  async changedOf(accountId: string): Promise<number[]> {
    const held = await this.store.builds.heldBack([accountId]);
    const now = held.get(accountId) ?? Number.MAX_SAFE_INTEGER;
    const before = this.firstHeld.get(accountId);
    this.firstHeld.set(accountId, now);
    if (before === now) return [];
    const between = before === undefined ? {} : { from: Math.min(before, now), before: Math.max(before, now) };
    return this.store.builds.waiting(accountId, between, MOST);
  }
}
