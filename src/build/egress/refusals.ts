/** So many are told apart; a build could ask for endless ones. */
const MOST = 100;
const MOST_SHOWN = 20;

/** What a build wanted to reach and could not. */
export class Refusals {
  private readonly counts = new Map<string, { reason: string; count: number }>();
  private others = 0;

  add(target: string, reason: string): void {
    const known = this.counts.get(target);
    if (known) known.count += 1;
    else if (this.counts.size < MOST) this.counts.set(target, { reason, count: 1 });
    else this.others += 1;
  }

  /** The targets (`host:port`) of now. */
  get targets(): string[] {
    return [...this.counts.keys()];
  }

  /** Lines for the log, one for each target; begins anew. */
  take(): string[] {
    const entries = [...this.counts];
    const lines = entries
      .slice(0, MOST_SHOWN)
      .map(([target, { reason, count }]) => `! refused: ${target}, ${reason}${count > 1 ? ` (${count} times)` : ""}`);
    const rest = entries.slice(MOST_SHOWN).reduce((sum, [, { count }]) => sum + count, this.others);
    this.counts.clear();
    this.others = 0;
    return rest > 0 ? [...lines, `! refused: ${rest} more requests`] : lines;
  }
}
