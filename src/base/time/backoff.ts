/** Waits that grow with each failure and are spread, so that a fleet doesn't come back in the same moment. */
export class Backoff {
  private failures = 0;
  private readonly firstMs: number;
  private readonly mostMs: number;

  constructor(firstMs: number, mostMs: number) {
    this.firstMs = firstMs;
    this.mostMs = mostMs;
  }

  /** Milliseconds to wait before the next try: uniform in a window that doubles up to `mostMs`. */
  next(random: () => number = Math.random): number {
    const window = Math.min(this.mostMs, this.firstMs * 2 ** this.failures);
    this.failures += 1;
    return Math.round(window * (0.5 + random() / 2));
  }

  reset(): void {
    this.failures = 0;
  }
}
