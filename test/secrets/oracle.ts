import type { Plan } from "./plan.ts";
import type { Seen } from "./play.ts";

const WINDOW = 8;
/** Where escapes stand in it: of 8 bytes then hardly two are the secret's own. */
const ESCAPED_WINDOW = 16;
const ESCAPE = /[\\%&]/;
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
    for (const line of bytes.split(LINE_END)) for (const window of piecesOf(line)) windows.add(window);
  }
  for (const window of piecesOf(Buffer.from(open).toString("latin1"))) windows.delete(window);
  return windows;
}

function firstWindow(text: string, windows: ReadonlySet<string>): string | undefined {
  for (const window of piecesOf(text)) if (windows.has(window)) return window;
  return undefined;
}

function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at + WINDOW <= text.length; at += 1) {
    const short = text.slice(at, at + WINDOW);
    if (!ESCAPE.test(short)) yield short;
    else if (at + ESCAPED_WINDOW <= text.length) yield text.slice(at, at + ESCAPED_WINDOW);
  }
}
