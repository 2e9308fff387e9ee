/** What took time inside of a step. */
export interface Part {
  title: string;
  /** When it ended, in ms since 1970. */
  endedAtMs: number;
  ms: number;
}

/** Shorter ones are no news. */
const SHORTEST_MS = 100;
const MOST_OF_STEP = 40;

/** Where the time of the running step goes, until the step's end takes it. What runs inside of a part isn't one of its own. */
export class Parts {
  private parts: Part[] = [];
  private inside = 0;

  /** Does a piece of work as a part of the step, whatever becomes of it. `title` holds no secret. */
  async time<T>(title: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    this.inside += 1;
    try {
      return await work();
    } finally {
      this.inside -= 1;
      this.add(title, performance.now() - startedAt);
    }
  }

  /** Adds what was measured elsewhere and ends now. The same title again makes that part longer. */
  add(title: string, ms: number): void {
    if (this.inside > 0 || ms < SHORTEST_MS) return;
    const known = this.parts.find((part) => part.title === title);
    if (known) Object.assign(known, { ms: known.ms + ms, endedAtMs: Date.now() });
    else if (this.parts.length < MOST_OF_STEP) this.parts.push({ title, ms, endedAtMs: Date.now() });
  }

  /** The parts since the last call, in the order in which they came. */
  take(): Part[] {
    return this.parts.splice(0).map((part) => ({ ...part, ms: Math.round(part.ms) }));
  }
}

/** `npm ci`, `cordova build android`: a command without its options; of a shell's, the beginning of what it runs. */
export function commandTitle(command: string, args: readonly string[]): string {
  const name = command.slice(command.lastIndexOf("/") + 1);
  if (name === "sh" && args[0] === "-c") return (args[1] ?? "sh").split("\n", 1)[0]?.slice(0, 40) ?? "sh";
  const words = args.slice(0, 2);
  const option = words.findIndex((word) => !/^[a-z][\w:-]{0,20}$/i.test(word));
  return [name, ...(option < 0 ? words : words.slice(0, option))].join(" ");
}
