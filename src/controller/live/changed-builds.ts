import { Wake, wait } from "../../base/time/wait.ts";
import type { Changes } from "./changes.ts";

/** What changes within this time after a first change is told together. */
const GATHER_MS = 50;
/** A reader that lets more pile up reads too slowly: it had better load its list anew. */
const MOST_KEPT = 2_000;

export interface News {
  builds: number[];
  /** Whose waiting builds may be shown otherwise. */
  accounts: string[];
}

/**
 * What has changed since a follower was told last, from the making of this on: numbers and names, and not too many. When
 * some may have been missed it ends: the follower had better load its list anew.
 */
export class ChangedBuilds {
  private readonly wake = new Wake();
  private readonly builds = new Set<number>();
  private readonly accounts = new Set<string>();
  private readonly stops: (() => void)[];
  private ended = false;

  constructor(changes: Changes) {
    this.stops = [
      changes.onAnyBuild((id) => this.keep(() => this.builds.add(id))),
      changes.onAnyAccount((id) => this.keep(() => this.accounts.add(id))),
      changes.onMissed(() => this.end()),
    ];
  }

  /** What changed, at the latest after `ms`, then perhaps nothing; undefined after `end`, also when too much has piled up or was missed. */
  async next(ms: number): Promise<News | undefined> {
    if (!this.ended) await this.wake.next(ms);
    if (this.size > 0 && !this.ended) await wait(GATHER_MS);
    if (this.ended) return undefined;
    const news = { builds: [...this.builds], accounts: [...this.accounts] };
    this.builds.clear();
    this.accounts.clear();
    return news;
  }

  end(): void {
    this.ended = true;
    this.wake.wake();
    for (const stop of this.stops) stop();
  }

  private get size(): number {
    return this.builds.size + this.accounts.size;
  }

  private keep(add: () => void): void {
    const first = this.size === 0; // only the first one wakes: what was told leaves no wake behind
    add();
    if (this.size > MOST_KEPT) this.end();
    else if (first) this.wake.wake();
  }
}
