/** What a stream can show. Decided here and nowhere else. */
export interface TerminalKind {
  /** A person sees it as it is written: lines may be redrawn. */
  live: boolean;
  colour: boolean;
  /** Braille, blocks and ticks can be shown. */
  unicode: boolean;
  /** Columns now; changes when the window does. Infinite where nothing is cut. */
  columns: () => number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The parts of `process.stdout` and `process.stderr` that decide. */
export interface TerminalStream {
  isTTY?: boolean;
  columns?: number;
}

/**
 * Live only on a terminal that a person watches: not in a pipe, not in CI, not on TERM=dumb. NO_COLOR takes the colours
 * away, FORCE_COLOR gives them also to a pipe (https://no-color.org, https://force-color.org).
 */
export function terminalKind(stream: TerminalStream, environment: Environment): TerminalKind {
  const terminal = stream.isTTY === true && environment["TERM"] !== "dumb";
  const live = terminal && !isSet(environment["CI"]);
  return {
    live,
    colour: !isSet(environment["NO_COLOR"]) && (live || isSet(environment["FORCE_COLOR"])),
    unicode: live && /utf-?8/i.test(localeOf(environment)),
    // A terminal that was never told its size says 0; below 40 columns nothing would be readable.
    columns: () => (live ? Math.max(40, stream.columns || 80) : Number.POSITIVE_INFINITY),
  };
}

/** Whether a variable of the environment is switched on. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

function localeOf(environment: Environment): string {
  return environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "";
}
