import type { Random } from "../model/random.ts";
import { byCharacter, folded, inBase64, type Printed, rewritten } from "./printed.ts";
import { chars, LETTERS, oneOf } from "./random-secrets.ts";

type Encoder = (text: string, random: Random) => Printed;
type Table = Readonly<Record<string, string>>;

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
const bytesOf = (char: string) => [...new TextEncoder().encode(char)];
const big = (text: string) => text.toUpperCase().replace(/U/g, "u").replace(/X/g, "x");
const hexOf = (char: string) =>
  bytesOf(char)
    .map((byte) => hex(byte, 2))
    .join("");
const percent = (char: string) =>
  bytesOf(char)
    .map((byte) => `%${big(hex(byte, 2))}`)
    .join("");
const units = (char: string) =>
  char
    .split("")
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join("");
const back = (char: string) => `\\${char}`;

/** Character by character: by a table, else by a rule for all that `kept` doesn't match. */
function escaping(table: Table, kept = /^/, rule: (char: string) => string = String): Encoder {
  const known = new Map(Object.entries(table));
  return (text) => byCharacter(text, (char) => known.get(char) ?? (kept.test(char) ? char : rule(char)));
}

function backslashed(signs: string): Table {
  return Object.fromEntries([...signs].map((sign) => [sign, back(sign)]));
}

function base64(text: string, random: Random): Printed {
  const before = oneOf(random, ["", "user:", '{"a":"', chars(random, random.below(90), LETTERS)]);
  return inBase64(text, before, oneOf(random, ["", "\n", '"}', chars(random, random.below(90), LETTERS)]));
}

const ASCII = /^[\0-\u007f]/;
const NAMED = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
const JSON_TABLE = { ...NAMED, '"': '\\"' };
const GO = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const UNRESERVED = /[A-Za-z0-9\-_.!~*'()]/;

/** How tools write texts into their output. Where several do the same, one is named. */
export const ENCODERS: Readonly<Record<string, Encoder>> = {
  raw: escaping({}),
  base64,
  "base64 in 64 columns": (text, random) => folded(base64(text, random), 64, "\n"),
  "base64 in 76 columns": (text, random) => folded(base64(text, random), 76, "\r\n"),
  "base64 for URLs": (text, random) =>
    rewritten(base64(text, random), (char) => (char === "+" ? "-" : char === "/" ? "_" : char)),
  "base64 in JSON": (text, random) => rewritten(base64(text, random), (char) => (char === "/" ? "\\/" : char)),
  "base64 in a query": (text, random) =>
    rewritten(base64(text, random), (char) => (/[+/=]/.test(char) ? percent(char) : char)),
  hex: escaping({}, /^$/, hexOf),
  "capital hex": escaping({}, /^$/, (char) => big(hexOf(char))),
  "hex in 60 columns": (text) => folded(byCharacter(text, hexOf), 60, "\n"),
  percent: escaping({}, UNRESERVED, percent),
  "small percent": escaping({}, UNRESERVED, (char) => percent(char).toLowerCase()),
  "strict percent": escaping({}, /[A-Za-z0-9\-_.~]/, percent),
  "percent of a path": escaping({}, /[A-Za-z0-9\-_.~/]/, percent),
  form: escaping({ " ": "+" }, /[A-Za-z0-9\-_.*]/, percent),
  JSON: escaping(JSON_TABLE),
  "JSON with slashes": escaping({ ...JSON_TABLE, "/": "\\/" }),
  "JSON of PHP": escaping({ ...JSON_TABLE, "/": "\\/" }, ASCII, units),
  "JSON of Python": escaping(JSON_TABLE, ASCII, units),
  "JSON in capital units": escaping(JSON_TABLE, ASCII, (char) => big(units(char))),
  "JSON of Go": escaping({ ...JSON_TABLE, ...GO }),
  "JSON of Gson": escaping({ ...JSON_TABLE, ...GO, "=": "\\u003d", "'": "\\u0027" }),
  "JSON of .NET": escaping(NAMED, /^[^"&'+<>`\u0080-\u{10ffff}]/u, (char) => big(units(char))),
  "JSON in JSON": escaping({ "\n": "\\\\n", "\r": "\\\\r", "\t": "\\\\t", "\\": "\\\\\\\\", '"': '\\\\\\"' }),
  XML: escaping({ ...XML, '"': "&quot;", "'": "&apos;" }),
  "XML text": escaping(XML),
  "XML attribute": escaping({ ...XML, '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;" }),
  HTML: escaping({ ...XML, '"': "&quot;", "'": "&#39;" }),
  "HTML of Go": escaping({ ...XML, '"': "&#34;", "'": "&#39;" }),
  "HTML of Python": escaping({ ...XML, '"': "&quot;", "'": "&#x27;" }),
  "HTML in ASCII": escaping({ ...XML, '"': "&quot;", "'": "&#39;" }, ASCII, (char) => `&#${char.codePointAt(0)};`),
  "single quotes": escaping({ "'": "'\\''" }),
  "single quotes of Python": escaping({ "'": `'"'"'` }),
  "double quotes": escaping(backslashed('\\"$`')),
  backslashes: escaping({ "\n": "\n" }, /[A-Za-z0-9_\-.,:+/@]/, back),
  "printf %q": escaping(backslashed(" \t'\"\\|&;()<>!{}*[]?^$`,")),
  quotemeta: escaping({}, /[A-Za-z0-9_]/, back),
  C: escaping(JSON_TABLE, ASCII, (char) =>
    bytesOf(char)
      .map((byte) => back(byte.toString(8)))
      .join(""),
  ),
  "C with either quote": escaping({ ...JSON_TABLE, "'": "\\'" }),
  "bytes of Python": escaping({ ...NAMED, "'": "\\'" }, ASCII, (char) =>
    bytesOf(char)
      .map((byte) => `\\x${hex(byte, 2)}`)
      .join(""),
  ),
  JavaScript: escaping({ ...NAMED, "'": "\\'" }),
  "Java properties": escaping({ ...NAMED, ...backslashed("=:#!") }, ASCII, (char) => big(units(char))),
  "escaped properties": escaping({}, /[A-Za-z0-9]/, units),
};
