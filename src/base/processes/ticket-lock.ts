import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wait } from "../time/wait.ts";
import { isAlive, processStartTime } from "./alive.ts";

/** Soon at first, because most locks are held for a moment. */
const FIRST_LOOK_MS = 5;
const LOOK_EVERY_MS = 100;
const SAY_AFTER_MS = 300;

interface Ticket {
  name: string;
  state: "choosing" | "waiting";
  number: number;
  pid: number;
  start: string;
}

/**
 * Takes a lock that the processes of one host share and that dies with its holder; answers the function that gives it back.
 * `folder` belongs to the lock, which leaves other names in it alone. `onWait` is called once when another one holds it for
 * long. Rejects with the signal's reason.
 *
 * It is Lamport's bakery on files: each contender owns a file of a unique name, so that removing a dead one's file can
 * never hit a living one's, as it can with a single lock file. Who has the lowest number among the living goes first.
 */
export async function takeLock(
  folder: string,
  signal: AbortSignal,
  onWait: () => void = () => {},
): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const suffix = `${process.pid}.${processStartTime(process.pid) ?? "0"}.${randomBytes(4).toString("hex")}`;
  const choosing = `choosing.0.${suffix}`;
  writeFileSync(join(folder, choosing), "");
  const number = Math.max(0, ...living(folder).map((ticket) => ticket.number)) + 1;
  const mine = `waiting.${number}.${suffix}`;
  writeFileSync(join(folder, mine), "");
  rmSync(join(folder, choosing));
  const release = () => rmSync(join(folder, mine), { force: true });
  let waited = 0;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LOOK_EVERY_MS, pause * 1.5)) {
    if (signal.aborted) {
      release();
      throw signal.reason;
    }
    // Two looks, in this order: one who chose a number before the first look is seen in the second.
    const someoneChooses = living(folder).some((ticket) => ticket.state === "choosing");
    const first = living(folder)
      .filter((ticket) => ticket.state === "waiting")
      .sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))[0];
    if (!someoneChooses && first?.name === mine) return release;
    if (waited < SAY_AFTER_MS && waited + pause >= SAY_AFTER_MS) onWait();
    waited += pause;
    await wait(pause, signal);
  }
}

/** The tickets of processes that live; those of dead ones are removed. */
function living(folder: string): Ticket[] {
  const tickets: Ticket[] = [];
  for (const name of readdirSync(folder)) {
    const ticket = parse(name);
    if (!ticket) continue;
    if (isHeld(ticket)) tickets.push(ticket);
    else rmSync(join(folder, name), { force: true });
  }
  return tickets;
}

function parse(name: string): Ticket | undefined {
  const [state, number, pid, start, unique] = name.split(".");
  if ((state !== "choosing" && state !== "waiting") || unique === undefined) return undefined;
  return { name, state, number: Number(number), pid: Number(pid), start: start ?? "0" };
}

/** A pid that was given to another process since doesn't count. */
function isHeld(ticket: Ticket): boolean {
  return isAlive(ticket.pid) && (processStartTime(ticket.pid) ?? "0") === ticket.start;
}
