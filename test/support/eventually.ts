/** Asks again and again until `probe` answers something true, and answers it. Fails after `ms` with what was awaited. */
export async function eventually<T>(what: string, probe: () => T | Promise<T>, ms = 10_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + ms;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await probe();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(
    `not within ${ms} ms: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`,
  );
}
