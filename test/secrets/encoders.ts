import type { Random } from "../model/random.ts";
import { base64ByBits, folded, own } from "./base64-by-bits.ts";
import { chars, oneOf } from "./random-secrets.ts";

/** What a tool prints of a secret, and the part of that which must not be seen. */
export interface Printed {
  text: string;
  secret: string;
}

type Encoder = (text: string, random: Random) => Printed;

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
const all = (text: string): Printed => ({ text, secret: text });

/** Character by character: by a table, else by a rule for all that `kept` doesn't match. */
function escaper(
  table: Readonly<Record<string, string>>,
  kept = /[^]/,
  rule: (char: string) => string = String,
): Encoder {
  return (text) => all([...text].map((char) => table[char] ?? (kept.test(char) ? char : rule(char))).join(""));
}

const bytesOf = (char: string) => [...new TextEncoder().encode(char)];
const units = (char: string) =>
  char
    .split("")
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join("");
const bigUnits = (char: string) => units(char).replace(/[a-f]/g, (digit) => digit.toUpperCase());
const percent = (char: string) =>
  bytesOf(char)
    .map((byte) => `%${hex(byte, 2).toUpperCase()}`)
    .join("");
const smallPercent = (char: string) => percent(char).toLowerCase();
const ASCII = /[\0-\x7f]/;
const CONTROL = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
const JSON_TABLE = { ...CONTROL, '"': '\\"' };
const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const back = (signs: string) => Object.fromEntries([...signs].map((sign) => [sign, `\\${sign}`]));

export const ENCODERS: Readonly<Record<string, Encoder>> = {
  raw: all,
  "each line": (text) => ({
    text: text
      .split("\n")
      .map((line) => `: ${line}`)
      .join("\n"),
    secret: "",
  }),
  base64: (text, random) => inBase64(text, random, (encoded) => encoded),
  "base64 in 64 columns": (text, random) => inBase64(text, random, (encoded) => folded(encoded, 64, "\n")),
  "base64 in 76 columns": (text, random) => inBase64(text, random, (encoded) => folded(encoded, 76, "\r\n")),
  "base64 for URLs": (text, random) =>
    inBase64(text, random, (encoded) => encoded.replace(/\+/g, "-").replace(/\//g, "_")),
  "base64 in JSON": (text, random) => inBase64(text, random, (encoded) => encoded.replace(/\//g, "\\/")),
  "base64 in a query": (text, random) =>
    inBase64(text, random, (encoded) => encoded.replace(/\//g, "%2F").replace(/\+/g, "%2B")),
  hex: (text) =>
    all(
      bytesOf(text)
        .map((byte) => hex(byte, 2))
        .join(""),
    ),
  "big hex": (text) =>
    all(
      bytesOf(text)
        .map((byte) => hex(byte, 2).toUpperCase())
        .join(""),
    ),
  "hex in 60 columns": (text) =>
    all(
      folded(
        bytesOf(text)
          .map((byte) => hex(byte, 2))
          .join(""),
        60,
        "\n",
      ),
    ),
  percent: escaper({}, /[A-Za-z0-9\-_.!~*'()]/, percent),
  "small percent": escaper({}, /[A-Za-z0-9\-_.!~*'()]/, smallPercent),
  "strict percent": escaper({}, /[A-Za-z0-9\-_.~]/, percent),
  "percent of a path": escaper({}, /[A-Za-z0-9\-_.~/]/, percent),
  form: escaper({ " ": "+" }, /[A-Za-z0-9\-_.*]/, percent),
  JSON: escaper(JSON_TABLE),
  "JSON of PHP": escaper({ ...JSON_TABLE, "/": "\\/" }, ASCII, units),
  "JSON with slashes": escaper({ ...JSON_TABLE, "/": "\\/" }),
  "JSON of Python": escaper(JSON_TABLE, ASCII, units),
  "JSON in big units": escaper(JSON_TABLE, ASCII, bigUnits),
  "JSON of Go": escaper({ ...JSON_TABLE, "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" }),
  "JSON of Gson": escaper({
    ...JSON_TABLE,
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "=": "\\u003d",
    "'": "\\u0027",
  }),
  "JSON of .NET": escaper(CONTROL, /[^"&'+<>`\u0080-\u{10ffff}]/u, bigUnits),
  "JSON in JSON": (text) => all(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)),
  XML: escaper({ ...XML, '"': "&quot;", "'": "&apos;" }),
  "XML text": escaper(XML),
  "XML attribute": escaper({ ...XML, '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;" }),
  HTML: escaper({ ...XML, '"': "&quot;", "'": "&#39;" }),
  "HTML of Go": escaper({ ...XML, '"': "&#34;", "'": "&#39;" }),
  "HTML of Python": escaper({ ...XML, '"': "&quot;", "'": "&#x27;" }),
  "HTML in ASCII": escaper({ ...XML, '"': "&quot;", "'": "&#39;" }, ASCII, (char) => `&#${char.codePointAt(0)};`),
  "single quotes": escaper({ "'": "'\\''" }),
  "single quotes of Python": escaper({ "'": `'"'"'` }),
  "double quotes": escaper(back('\\"$`')),
  backslashes: escaper({ "\n": "\n" }, /[A-Za-z0-9_\-.,:+/@]/, (char) => `\\${char}`),
  "printf %q": escaper(back(" \t'\"\\|&;()<>!{}*[]?^$`,")),
  quotemeta: escaper({}, /[A-Za-z0-9_]/, (char) => `\\${char}`),
  C: escaper(JSON_TABLE, ASCII, (char) =>
    bytesOf(char)
      .map((byte) => `\\${byte.toString(8)}`)
      .join(""),
  ),
  "C with either quote": escaper({ ...JSON_TABLE, "'": "\\'" }),
  "bytes of Python": escaper({ ...CONTROL, "'": "\\'" }, ASCII, (char) =>
    bytesOf(char)
      .map((byte) => `\\x${hex(byte, 2)}`)
      .join(""),
  ),
  JavaScript: escaper({ ...CONTROL, "'": "\\'" }),
  "Java properties": escaper({ ...CONTROL, ...back("=:#!") }, ASCII, bigUnits),
  "escaped properties": escaper({}, /[A-Za-z0-9]/, units),
};

/** As part of something longer, so that the base64 of the secret has any alignment. */
function inBase64(text: string, random: Random, write: (encoded: string) => string): Printed {
  const before = new TextEncoder().encode(
    oneOf(random, ["", "user:", '{"a":"', chars(random, random.below(90), "abc ")]),
  );
  const secret = new TextEncoder().encode(text);
  const after = new TextEncoder().encode(oneOf(random, ["", "\n", '"}', chars(random, random.below(90), "xyz ")]));
  const encoded = base64ByBits(Buffer.concat([before, secret, after]));
  const inner = own(encoded, before.length, before.length + secret.length);
  const whole = write(encoded);
  // Where the text is folded, the secret's own part is found again by counting its characters.
  return { text: `${whole}${random.chance(0.5) ? "=" : ""}`, secret: partOf(whole, write(inner), encoded, inner) };
}

function partOf(whole: string, plain: string, encoded: string, inner: string): string {
  if (whole.includes(plain) || inner === "") return plain;
  let skip = encoded.indexOf(inner);
  let start = 0;
  for (; skip > 0; start += 1) if (!/[\r\n]/.test(whole[start] as string)) skip -= 1;
  while (/[\r\n]/.test(whole[start] as string)) start += 1;
  let end = start;
  for (let left = inner.length; left > 0; end += 1) if (!/[\r\n]/.test(whole[end] as string)) left -= 1;
  return whole.slice(start, end);
}
