const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SHOW_EVERY_MS = 5_000;

/**
 * Thins out progress that rewrites its own line with carriage returns, as git prints it: one state each 5 s as a line of
 * its own, and the last one. Everything else passes as it is.
 */
export class ProgressFilter {
  private held: Buffer = Buffer.alloc(0);
  private shownAt = performance.now();

  push(bytes: Buffer): Buffer {
    const whole = this.held.length > 0 ? Buffer.concat([this.held, bytes]) : bytes;
    const passed: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < whole.length; at += 1) {
      const byte = whole[at];
      if (byte === LINE_FEED) {
        passed.push(whole.subarray(from, at + 1));
        from = at + 1;
      } else if (byte === CARRIAGE_RETURN && at + 1 < whole.length && whole[at + 1] !== LINE_FEED) {
        if (this.isDue()) passed.push(whole.subarray(from, at), Buffer.from("\n"));
        from = at + 1;
      }
    }
    this.held = Buffer.from(whole.subarray(from));
    return Buffer.concat(passed);
  }

  end(): Buffer {
    const rest = this.held;
    this.held = Buffer.alloc(0);
    return rest;
  }

  private isDue(): boolean {
    const now = performance.now();
    if (now - this.shownAt < SHOW_EVERY_MS) return false;
    this.shownAt = now;
    return true;
  }
}
