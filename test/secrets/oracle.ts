import type { Plan } from "./plan.ts";
import type { Seen } from "./play.ts";

const WINDOW = 8;
const LONG = 16;

/**
 * What leaked, or undefined. Knows nothing of the product's needles: only what was printed of the secrets. Neither that as
 * a whole nor 8 bytes in a row of a longer one may be seen, except those that stand in the public text too.
 */
export function leakIn(plan: Plan, seen: Seen): string | undefined {
  const items = [...plan.stdout, ...plan.stderr, ...plan.spoken];
  const hidden = [...new Set(items.flatMap((item) => item.hidden).concat(plan.hidden))].filter(
    (text) => text.length > 5,
  );
  const open = items
    .map((item) => item.hidden.reduce((text, part) => text.replaceAll(part, "\0"), item.text))
    .join("\0");
  const windows = windowsOf(hidden, open);
  for (const [where, bytes] of Object.entries(seen)) {
    const whole = hidden.find((text) => bytes.includes(text));
    if (whole !== undefined) return `${where}: ${JSON.stringify(whole)}`;
    const part = firstWindow(bytes.toString("latin1").replaceAll("***", "\0"), windows);
    if (part !== undefined) return `${where}: the piece ${JSON.stringify(part)}`;
  }
  return seen["spool"]?.includes(plan.open) ? undefined : "nothing, but public text is masked";
}

/** However it is escaped: with what the other stream printed just then it could look like a piece of a secret. */
const LINE_END = /(?:[\r\n]|&#1[03];|\\+[nr]|(?:\\u005c|%5c)[nr]|\\u000[ad]|%0[ad])+/i;

/** Line by line, since what is left of a folded text is seen in lines. */
function windowsOf(hidden: readonly string[], open: string): Set<string> {
  const windows = new Set<string>();
  for (const text of hidden) {
    const bytes = Buffer.from(text).toString("latin1");
    if (bytes.length < LONG) continue;
    for (const line of bytes.split(LINE_END)) {
      for (let at = 0; at + WINDOW <= line.length; at += 1) windows.add(line.slice(at, at + WINDOW));
    }
  }
  const openBytes = Buffer.from(open).toString("latin1");
  for (let at = 0; at + WINDOW <= openBytes.length; at += 1) windows.delete(openBytes.slice(at, at + WINDOW));
  return windows;
}

function firstWindow(text: string, windows: ReadonlySet<string>): string | undefined {
  for (let at = 0; at + WINDOW <= text.length; at += 1) {
    const window = text.slice(at, at + WINDOW);
    if (windows.has(window)) return window;
  }
  return undefined;
}
