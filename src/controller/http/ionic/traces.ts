import { isTerminal } from "../../queue/states.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";
import { beginReading, type Reading, readOn, traceSoFar, wholeTrace } from "./trace.ts";

/** So many characters are kept of logs that grow: what nobody asked for the longest goes first. */
const MOST_KEPT = 32 * 2 ** 20;

/**
 * The logs of builds as one text each, for clients that ask for all of it every five seconds. What a poll reads of a
 * running build the next one needn't read again: logs only grow.
 */
export class Traces {
  private readonly services: Services;
  private readonly readings = new Map<number, { reading: Reading; last: Promise<void> }>();

  constructor(services: Services) {
    this.services = services;
  }

  /** `build` must have been read before this is called: a log that is read after the end of its build is whole. */
  async of(build: BuildWithApp): Promise<string> {
    if (isTerminal(build.state)) {
      this.readings.delete(build.id);
      const reading = beginReading();
      if (build.log_removed_at === null) await readOn(this.services, build.id, reading);
      return wholeTrace(build, reading);
    }
    const kept = this.readings.get(build.id) ?? { reading: beginReading(), last: Promise.resolve() };
    this.readings.delete(build.id);
    this.readings.set(build.id, kept); // now the last of all
    const read = () => readOn(this.services, build.id, kept.reading);
    kept.last = kept.last.then(read, read);
    await kept.last;
    this.dropOldest();
    return traceSoFar(build, kept.reading);
  }

  private dropOldest(): void {
    let characters = 0;
    for (const [id, { reading }] of [...this.readings].reverse()) {
      characters += reading.text.length;
      if (characters > MOST_KEPT) this.readings.delete(id);
    }
  }
}
