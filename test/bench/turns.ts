import type { Way } from "./row.ts";

/** Measures all ways, one after the other in each round, and answers the values of each. Throws when the signal aborts. */
export async function measureInTurn(
  ways: readonly Way[],
  rounds: number,
  signal: AbortSignal,
): Promise<Map<string, number[]>> {
  const values = new Map<string, number[]>(ways.map((way) => [way.name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) {
      signal.throwIfAborted();
      const measured = await way.measure(round).catch((error: unknown) => {
        throw new Error(`${way.name}, round ${round}: ${reasonOf(error)}`, { cause: error });
      });
      values.get(way.name)?.push(...measured);
    }
  }
  return values;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
