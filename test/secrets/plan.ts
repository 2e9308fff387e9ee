import type { Random } from "../model/random.ts";
import { ENCODERS } from "./encoders.ts";
import { chars, LETTERS, oneOf, randomSecrets, type Secret } from "./random-secrets.ts";

/** A stretch of output, and what of it must not be seen. */
export interface Item {
  text: string;
  hidden: string[];
}

/** One case: which secrets there are, what is printed where and in which pieces. */
export interface Plan {
  secrets: string[];
  /** What of them must not be seen as it is, wherever it was printed. */
  hidden: string[];
  stdout: Item[];
  stderr: Item[];
  /** Printed by the product itself: command lines, details of steps, failures. */
  spoken: Item[];
  encodings: string[];
  /** Printed by a second command; it must come through. */
  open: string;
}

const WORDS = "compile task module resolve bundle link native asset cache plugin android gradle npm info done".split(
  " ",
);
const AROUND: readonly [string, string][] = [
  ["", ""],
  ["TOKEN=", ""],
  ['"key": "', '",'],
  ["'", "'"],
  ["Authorization: Bearer ", ""],
  ["<string>", "</string>"],
  ["curl -u me:", " -v"],
];

export function makePlan(random: Random): Plan {
  const secrets = randomSecrets(random);
  const encodings: string[] = [];
  const print = () => {
    const [name, item] = printedSecret(random, oneOf(random, secrets));
    encodings.push(name);
    return item;
  };
  const items = () =>
    Array.from({ length: 1 + random.below(4) }, () => [publicLine(random), print(), publicLine(random)]).flat();
  return {
    secrets: secrets.map(({ text }) => text),
    hidden: secrets.flatMap(({ text, hidden, pieces }) => [
      ...hidden.map(([start, end]) => text.slice(start, end)),
      ...pieces,
    ]),
    stdout: items(),
    stderr: random.chance(0.7) ? items() : [],
    open: `${chars(random, 30, LETTERS)}\n${chars(random, 30, LETTERS)}\n`,
    spoken: [print(), print(), print(), print()],
    encodings,
  };
}

/** Random cuts: single bytes, a few, or nearly all at once; mostly not more pieces than it takes to be quick. */
export function inChunks(random: Random, bytes: Buffer): Buffer[] {
  const most = oneOf(random, [1, 8, 64, 512, 65536]);
  const least = Math.ceil(bytes.length / (random.chance(0.05) ? 2000 : 120));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = least + random.below(most);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function publicLine(random: Random): Item {
  const words = Array.from({ length: random.below(7) }, () => oneOf(random, WORDS));
  return { text: `${words.join(" ")}${oneOf(random, ["\n", "\r\n", "\n    "])}`, hidden: [] };
}

function printedSecret(random: Random, secret: Secret): [string, Item] {
  if (random.chance(0.1)) return ["each line", eachLine(secret)];
  const whole = secret.pieces.length === 0 || random.chance(0.6);
  const text = whole ? secret.text : oneOf(random, secret.pieces);
  const [name, encode] = oneOf(random, Object.entries(ENCODERS));
  const printed = encode(text, random);
  const ranges = whole ? secret.hidden : [[0, text.length] as const];
  const hidden = ranges.map(([start, end]) => printed.text.slice(...printed.range(start, end)));
  const [before, after] = oneOf(random, AROUND);
  return [name, { text: `${before}${printed.text}${after}\n`, hidden }];
}

/** Each with something before it, as `sed` and other tools print files. */
function eachLine({ text, hidden }: Secret): Item {
  const lines = hidden.flatMap(([start, end]) => text.slice(start, end).split(/\r?\n/));
  const hiddenLines = lines.map((line) => line.trim()).filter((line) => line.length >= 6);
  return { text: lines.map((line, index) => `${index}: ${line}\n`).join(""), hidden: hiddenLines };
}
