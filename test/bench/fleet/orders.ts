/** What the bench tells a driver, and what it is answered: over the channel between the processes. */
export type Order =
  /** Starts all agents, so many at once. */
  | { do: "connect"; atOnce: number }
  /** Begins to measure heartbeats anew. */
  | { do: "measure" }
  /** Breaks the connections of agents below that number. */
  | { do: "drop"; below: number }
  /** Starts them again, spread over that time. */
  | { do: "return"; below: number; withinMs: number }
  /** From now on agents end builds at once, those that they hold too; or they keep them. */
  | { do: "end-builds"; atOnce: boolean }
  | { do: "tell" };

export type Report =
  | { is: "done"; what: Order["do"] }
  | { is: "accepted"; build: number; atMs: number; agent: string }
  | ({ is: "told" } & Told);

export interface Told {
  agents: number;
  /** Agents whose stream is open and whose last session was answered. */
  connected: number;
  holding: number;
  syncs: number;
  /** Milliseconds after their time, of each exchange since "measure". */
  late: number[];
  failures: Record<string, number>;
  rssBytes: number;
}

/** The same moment in all processes of a host, in milliseconds. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
