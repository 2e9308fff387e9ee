import type { Random } from "../model/random.ts";
import { oneOf } from "../secrets/random-secrets.ts";

const ODD_TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "line\r\nSet-Cookie: x=1",
  "\u001b[31m",
  "\u202egpj.exe",
  "\ud800",
  "e\u0301\u{1f4a5}ﬀ",
  "__proto__",
  "constructor",
  "toString",
  "../../../../etc/passwd",
  "..\\..\\windows",
  "/etc/passwd",
  "file:///etc/passwd",
  "'; DROP TABLE apps; --",
  "%' OR '1'='1",
  "%00",
  "%2e%2e%2f",
  "--upload-pack=touch /tmp/x",
  "${jndi:ldap://x}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "null",
  "undefined",
  "NaN",
  "-1",
  "0",
  "1e309",
  "9007199254740993",
  "99999999999999999999999999",
  "0x10",
  "true",
  "[]",
  "*",
  "a".repeat(300),
  "é".repeat(3000),
  "x".repeat(70_000),
];

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  -0.5,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e308,
  [],
  {},
  [[]],
  [null],
  { __proto__: null, a: 1 },
  JSON.parse('{"__proto__":{"operator":true},"constructor":{"prototype":{"operator":true}}}'),
  { toString: 1, valueOf: 1 },
  { length: 1e9 },
];

export function oddText(random: Random): string {
  if (random.chance(0.8)) return oneOf(random, ODD_TEXTS);
  return String.fromCodePoint(...Array.from({ length: 1 + random.below(20) }, () => random.below(0xd7ff)));
}

export function oddValue(random: Random): unknown {
  if (random.chance(0.4)) return oddText(random);
  if (random.chance(0.1)) return nested(10 + random.below(3000), random.chance(0.5));
  return oneOf(random, ODD_VALUES);
}

/** Puts something odd at one place of the value: instead of it, beside it, or not at all. */
export function withOneOdd(random: Random, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && random.chance(0.7)) {
    const at = random.below(value.length);
    return value.map((each: unknown, index) => (index === at ? withOneOdd(random, each) : each));
  }
  if (typeof value !== "object" || value === null || random.chance(0.1)) return oddValue(random);
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  if (at === entries.length) return Object.fromEntries([...entries, [oddText(random), oddValue(random)]]);
  if (random.chance(0.2)) return Object.fromEntries(entries.toSpliced(at, 1));
  return Object.fromEntries(
    entries.map(([name, each], index) => [name, index === at ? withOneOdd(random, each) : each]),
  );
}

function nested(depth: number, isArray: boolean): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = isArray ? [value] : { a: value };
  return value;
}

/** Halves of surrogate pairs can't be sent as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, "\ufffd");
}
