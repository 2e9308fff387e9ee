import type { Prepared } from "./row.ts";

/** What a row has opened, to be closed again: the last first. */
export class Opened {
  private readonly closings: (() => Promise<void>)[] = [];

  add<T extends { close(): Promise<void> }>(opened: T): T {
    this.closings.push(() => opened.close());
    return opened;
  }

  /** Closes all, also when one of them can't be; then it throws that in the end. */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.closings.splice(0).reverse()) await close().catch((error: unknown) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  }
}

/** Prepares a row; what it opened is closed when it is done with, or when preparing fails. */
export async function preparedWith(
  open: (opened: Opened) => Promise<Pick<Prepared, "ways" | "missing" | "notes">>,
): Promise<Prepared> {
  const opened = new Opened();
  try {
    return Object.assign(await open(opened), { [Symbol.asyncDispose]: () => opened.close() });
  } catch (error) {
    await opened.close();
    throw error;
  }
}
