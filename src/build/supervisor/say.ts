import { closeSync, writeSync } from "node:fs";

/** What a supervisor tells the daemon that started it: it has all it needs and waits; it has its order. */
export type Word = "ready" | "taken";

/** Tells it on the pipe that was named at the start, if any. Nobody hears it when the daemon is gone. */
export function sayOn(fd: number | undefined): (word: Word) => void {
  return (word) => {
    if (fd === undefined) return;
    try {
      writeSync(fd, `${word}\n`);
      if (word === "taken") closeSync(fd);
    } catch {
      // The daemon has died: what follows is the same without it.
    }
  };
}
