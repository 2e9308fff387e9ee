import { Refusal } from "./tool.ts";

/** Options as getopt reads them: `letters` names each, with a colon behind those that take a value ("lut:"). */
export interface Options {
  has(letter: string): boolean;
  /** The last value given. */
  value(letter: string): string | undefined;
  values(letter: string): string[];
  rest: string[];
}

/** Options end with the first word that is none. Throws a refusal with `usage` and exit code 2 for what it doesn't know. */
export function readOptions(letters: string, argv: readonly string[], usage: string): Options {
  const given = new Map<string, string[]>();
  const words = [...argv];
  const note = (letter: string, value: string) => given.set(letter, [...(given.get(letter) ?? []), value]);
  while (words[0]?.startsWith("-") && words[0] !== "-") {
    const word = words.shift() ?? "";
    if (word === "--") break;
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      const place = letters.indexOf(letter);
      if (place < 0 || letter === ":") throw new Refusal(2, usage);
      if (letters.charAt(place + 1) !== ":") {
        note(letter, "");
        continue;
      }
      const value = word.slice(at + 1) || words.shift();
      if (value === undefined) throw new Refusal(2, usage);
      note(letter, value);
      break;
    }
  }
  const values = (letter: string) => given.get(letter) ?? [];
  return { has: (letter) => given.has(letter), value: (letter) => values(letter).at(-1), values, rest: words };
}
