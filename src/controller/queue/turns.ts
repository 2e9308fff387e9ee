/** What the order of the queue needs to know of a waiting build. */
export interface Waiting {
  id: number;
  platform: string;
  /** Its place among the builds of its platform. */
  turn: number;
}

/**
 * Start-time fair queueing: accounts take turns on a platform. A build gets the turn after its account's last one, but none
 * that has passed: who comes new stands beside those whose turn it is, and not behind all that others have asked for.
 * `last` is the last turn that the account got, `begun` the turn that was last begun on the platform; 0 before the first.
 */
export function nextTurn(last: number, begun: number): number {
  return Math.max(last + 1, begun);
}

/**
 * The order in which builds are given out. Turns of different platforms can't be compared, so that across platforms it
 * counts how far a turn is from the one that was last begun there.
 */
export function inOrder(begun: ReadonlyMap<string, number>): (a: Waiting, b: Waiting) => number {
  const wait = (build: Waiting) => build.turn - (begun.get(build.platform) ?? 0);
  return (a, b) => (a.platform === b.platform ? a.turn - b.turn : wait(a) - wait(b)) || a.id - b.id;
}
