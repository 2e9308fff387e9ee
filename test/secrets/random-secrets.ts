import type { Random } from "../model/random.ts";

/** A secret, and what of it is public by its kind, such as the property names of a JSON document. */
export interface Secret {
  text: string;
  kind: string;
  /** What must not be seen, where that is less than the whole text. */
  inner: string[];
  /** Pieces that may be seen. */
  open: string[];
}

type Make = (random: Random) => Partial<Secret> & { text: string };

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64 = `${LETTERS}+/`;
const SPECIAL = `${LETTERS}!"#$%&'()*+,-./:;<=>?@[\\]^_{|}~\``;
const UNICODE = [..."äöüßéèñçøåæœşğıžřščćđłśźżабвгдежзийклмнопрстуфхцчшщъыьэюя日本語中文字符😀🔑🚀"];

const KINDS: Readonly<Record<string, Make>> = {
  token: (r) => ({ text: chars(r, length(r), LETTERS) }),
  special: (r) => ({ text: chars(r, length(r), SPECIAL) }),
  unicode: (r) => ({ text: Array.from({ length: 6 + r.below(60) }, () => oneOf(r, UNICODE)).join("") }),
  quotes: (r) => ({ text: chars(r, 4 + r.below(30), `abcXYZ1289"'\\\`/`) + chars(r, 6, LETTERS) }),
  blanks: (r) => ({
    text: `${" ".repeat(r.below(3))}${chars(r, 4, LETTERS)} ${chars(r, length(r), LETTERS)}\t `,
    ...{},
  }),
  repeated: (r) => ({ text: chars(r, 1 + r.below(3), LETTERS).repeat(6 + r.below(r.chance(0.05) ? 600 : 20)) }),
  pem,
  json,
  url,
  lines: (r) => ({
    text: Array.from({ length: 2 + r.below(6) }, () => chars(r, 8 + r.below(40), SPECIAL)).join(ending(r)),
  }),
};

/** One to five secrets; now and then one is a piece of another, or overlaps with it. */
export function randomSecrets(random: Random): Secret[] {
  const secrets = Array.from({ length: 1 + random.below(4) }, () => oneSecret(random));
  const first = secrets[0] as Secret;
  if (random.chance(0.25) && first.kind === "token" && first.text.length > 14) {
    const middle = 7 + random.below(first.text.length - 13);
    const pieces = [
      first.text.slice(0, middle),
      first.text.slice(middle),
      first.text.slice(-7) + chars(random, 9, LETTERS),
    ];
    const text = oneOf(random, pieces);
    secrets.push({ text, kind: "piece", inner: [text], open: [] });
  }
  return secrets;
}

export function chars(random: Random, count: number, from: string): string {
  return Array.from({ length: count }, () => from[random.below(from.length)]).join("");
}

export function oneOf<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T;
}

function oneSecret(random: Random): Secret {
  const [kind, make] = oneOf(random, Object.entries(KINDS));
  const { text, inner = [text], open = [] } = make(random);
  return { text, kind, inner, open };
}

/** From 6 to 4,000 characters, mostly short. */
function length(random: Random): number {
  const most = random.chance(0.03) ? 3994 : random.chance(0.2) ? 200 : 40;
  return 6 + random.below(most);
}

function ending(random: Random): string {
  return random.chance(0.5) ? "\n" : "\r\n";
}

function pem(random: Random): { text: string; inner: string[]; open: string[] } {
  const lines = Array.from({ length: 1 + random.below(12) }, () => chars(random, 64, BASE64));
  const body = [...lines, `${chars(random, 20 + random.below(40), BASE64)}==`];
  const edges = ["-----BEGIN SPECIAL DATA-----", "-----END SPECIAL DATA-----"];
  const text = [edges[0], ...body, edges[1], ""].join(random.chance(0.2) ? "\\n" : ending(random));
  return { text, inner: body, open: edges };
}

function json(random: Random): { text: string; inner: string[]; open: string[] } {
  const values = Array.from({ length: 1 + random.below(4) }, () => chars(random, 8 + random.below(60), SPECIAL));
  const names = values.map((_, index) => `private_name_${index}`);
  const document = Object.fromEntries(values.map((value, index) => [names[index], value]));
  const text = JSON.stringify(document, null, random.chance(0.5) ? 2 : 0);
  return { text, inner: values, open: names };
}

function url(random: Random): { text: string; inner: string[]; open: string[] } {
  const password = chars(random, 8 + random.below(30), SPECIAL);
  const written = encodeURIComponent(password);
  const scheme = oneOf(random, ["https", "postgres", "redis"]);
  return {
    text: `${scheme}://builder:${written}@host.test/path?x=1`,
    inner: [password, written],
    open: [`${scheme}://builder:`, "@host.test/path?x=1"],
  };
}
