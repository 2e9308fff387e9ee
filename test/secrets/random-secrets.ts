import type { Random } from "../model/random.ts";

/** A secret as someone stores it. */
export interface Secret {
  text: string;
  kind: string;
  /** The stretches of it that must not be seen: all but what its kind makes public, such as the edges of a PEM block. */
  hidden: [start: number, end: number][];
  /** What is secret when it is printed alone, such as the values of a JSON document. */
  pieces: string[];
}

type Make = (random: Random) => { text: string; hidden?: [number, number][]; pieces?: string[] };

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64 = `${LETTERS}+/`;
const SPECIAL = `${LETTERS}!"#$%&'()*+,-./:;<=>?@[\\]^_{|}~\``;
const UNICODE = [..."äöüßéèñçøåæœşğıžřščćđłśźżабвгдежзийклмнопрстуфхцчшщъыьэюя日本語中文字符😀🔑🚀"];

const KINDS: readonly [string, Make][] = [
  ["token", (r) => ({ text: chars(r, length(r), LETTERS) })],
  ["special", (r) => ({ text: chars(r, length(r), SPECIAL) })],
  ["unicode", (r) => ({ text: Array.from({ length: 6 + r.below(60) }, () => oneOf(r, UNICODE)).join("") })],
  ["quotes", (r) => ({ text: chars(r, 4 + r.below(30), `abcXYZ1289"'\\\`/`) + chars(r, 6, LETTERS) })],
  ["blanks", (r) => ({ text: `${" ".repeat(r.below(3))}${chars(r, 6, LETTERS)} ${chars(r, length(r), LETTERS)}\t ` })],
  ["repeated", (r) => ({ text: chars(r, 1 + r.below(3), LETTERS).repeat(6 + r.below(r.chance(0.02) ? 600 : 20)) })],
  ["lines", (r) => ({ text: listOf(2 + r.below(6), () => chars(r, 8 + r.below(40), SPECIAL)).join(ending(r)) })],
  ["PEM", pem],
  ["JSON", json],
  ["URL", url],
];

/** One to five secrets; now and then one is a piece of another, or overlaps with it. */
export function randomSecrets(random: Random): Secret[] {
  const secrets = listOf(1 + random.below(4), () => oneSecret(random));
  const first = secrets[0] as Secret;
  if (first.kind !== "token" || first.text.length < 14 || random.chance(0.5)) return secrets;
  const middle = 7 + random.below(first.text.length - 13);
  const end = first.text.slice(middle);
  const text = oneOf(random, [first.text.slice(0, middle), end, end + chars(random, 9, LETTERS)]);
  return [...secrets, { text, kind: "piece", hidden: [[0, text.length]], pieces: [] }];
}

export function chars(random: Random, count: number, from: string): string {
  let text = "";
  for (let i = 0; i < count; i += 1) text += from[random.below(from.length)];
  return text;
}

export function oneOf<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T;
}

function listOf<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function oneSecret(random: Random): Secret {
  const [kind, make] = oneOf(random, KINDS);
  const { text, hidden, pieces = [] } = make(random);
  return { text, kind, hidden: hidden ?? [[0, text.length]], pieces };
}

/** From 6 to 4,000 characters, mostly short. */
function length(random: Random): number {
  const most = random.chance(0.02) ? 3994 : random.chance(0.1) ? 200 : 40;
  return 6 + random.below(most);
}

function ending(random: Random): string {
  return random.chance(0.5) ? "\n" : "\r\n";
}

/** As a file, and as a variable that writes its line ends out. */
function pem(random: Random): ReturnType<Make> {
  const lines = listOf(1 + random.below(6), () => chars(random, 64, BASE64));
  const pieces = [...lines, `${chars(random, 20 + random.below(40), BASE64)}==`];
  const between = random.chance(0.2) ? "\\n" : ending(random);
  const [start, body, end] = ["-----BEGIN SPECIAL DATA-----", pieces.join(between), "-----END SPECIAL DATA-----"];
  const from = start.length + between.length;
  return { text: [start, body, end].join(between), hidden: [[from, from + body.length]], pieces };
}

function json(random: Random): ReturnType<Make> {
  const pieces = listOf(1 + random.below(4), () => chars(random, 8 + random.below(60), SPECIAL));
  const document = Object.fromEntries(pieces.map((value, index) => [`private_name_${index}`, value]));
  return { text: JSON.stringify(document, null, random.chance(0.5) ? 2 : 0), pieces };
}

function url(random: Random): ReturnType<Make> {
  const password = chars(random, 8 + random.below(30), SPECIAL);
  const written = encodeURIComponent(password);
  const scheme = oneOf(random, ["https://", "postgres://", "redis://"]);
  const text = `${scheme}builder:${written}@host.test/path?x=1`;
  return { text, hidden: [[scheme.length, text.length]], pieces: [password, written] };
}
