/** So many agents are looked at in full at the same time: more would only wait for each other, longer than their calls last. */
const MOST = 64;
/** Whoever came when there were too many comes again then. */
export const LATER_MS = 5_000;

/** Full looks at agents that ask for work. When a fleet comes back all at once, most are told to come again. */
export class Looks {
  private atWork = 0;

  /** Undefined, and nothing done, when too many are looked at just now. */
  async among<T>(look: () => Promise<T>): Promise<T | undefined> {
    if (this.atWork >= MOST) return undefined;
    this.atWork += 1;
    try {
      return await look();
    } finally {
      this.atWork -= 1;
    }
  }
}
