import { EXIT } from "../exit-codes.ts";

const TERMINATED = 143;

/** What came out, or by which exit code the command ends because a person or the system interrupted it. */
export type Interruptible<T> = { value: T } | { exitCode: number };

/**
 * Runs `act` with a signal that Ctrl-C or TERM aborts. The first press ends the following, the second one the process.
 */
export async function untilInterrupted<T>(act: (signal: AbortSignal) => Promise<T>): Promise<Interruptible<T>> {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    const code = signal === "SIGINT" ? EXIT.interrupted : TERMINATED;
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const value = await act(controller.signal);
    return exitCode === undefined ? { value } : { exitCode };
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
