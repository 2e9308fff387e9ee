import { expect, test } from "vitest";
import { macProfile } from "../../../../src/build/containment/mac-profile.ts";

type Form = string | Form[];

/** Reads a profile as Scheme does; fails when brackets or strings don't end. */
function parse(text: string): Form[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/g) ?? [];
  if (text.replace(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+|\s+/g, "") !== "") throw new Error("a string has no end");
  const open: Form[][] = [[]];
  for (const word of words) {
    if (word === "(") open.push([]);
    else if (word !== ")") open.at(-1)?.push(word);
    else {
      const ended = open.pop();
      if (!ended || open.length === 0) throw new Error("a bracket too much");
      open.at(-1)?.push(ended);
    }
  }
  if (open.length !== 1) throw new Error("a bracket has no end");
  return open[0] ?? [];
}

const RULES = { network: true, writable: ["/w"], hidden: ["/h"], shown: ["/h/own"] };

test("What isn't named is allowed; writing is only in named folders, and what is shown again comes last", () => {
  expect(parse(macProfile(RULES))).toEqual([
    ["version", "1"],
    ["allow", "default"],
    ["deny", "file-write*"],
    ["allow", "file-write*", ["subpath", '"/w"']],
    ["deny", "file-read-data", ["subpath", '"/h"']],
    ["allow", "file-read-data", ["subpath", '"/h/own"']],
  ]);
});

test("Without network this host itself can still be reached", () => {
  const forms = parse(macProfile({ ...RULES, network: false }));
  expect(forms.slice(2, 6)).toEqual([
    ["deny", "network*"],
    ["allow", "network*", ["local", "ip", '"localhost:*"']],
    ["allow", "network*", ["remote", "ip", '"localhost:*"']],
    ["allow", "network*", ["remote", "unix-socket"]],
  ]);
});

test("A path can't end its string, nor allow everything; one that comes twice stands once", () => {
  const evil = '/w/") (allow file-write*) ("\\';
  const forms = parse(macProfile({ ...RULES, writable: [evil, "/", "", "relative", "/w", "/w"] }));
  expect(forms[3]).toEqual(["allow", "file-write*", ["subpath", JSON.stringify(evil)], ["subpath", '"/w"']]);
  expect(parse(macProfile({ ...RULES, hidden: [], shown: [] }))).toHaveLength(4);
});
