import type { Random } from "../../model/random.ts";

type Line = (random: Random) => string;

/** Lines as npm, webpack, Gradle and cordova print them, in about the mixture of a real build. */
const LINES: readonly Line[] = [
  (r) => `npm http fetch GET 200 https://registry.example/${word(r)}-${word(r)} ${r.below(900)}ms (cache ${hit(r)})`,
  (r) =>
    `npm sill tarball no local data for ${word(r)}@https://registry.example/${word(r)}/-/${word(r)}-${version(r)}.tgz`,
  (r) => `npm warn deprecated ${word(r)}@${version(r)}: This module is not supported. Use ${word(r)} instead.`,
  (r) => `added ${r.below(2000)} packages, and audited ${r.below(3000)} packages in ${r.below(90)}s`,
  (r) => `> Task :app:${camel(r)}${camel(r)}DebugKotlin UP-TO-DATE`,
  (r) => `> Task :${word(r)}-${word(r)}:${camel(r)}ReleaseResources`,
  (r) =>
    `[CordovaLib] w: file:///work/app/platforms/android/${path(r)}.kt:${r.below(900)}:${r.below(80)} 'val ${word(r)}: ${camel(r)}!' is deprecated`,
  (r) =>
    `${path(r)}.java:${r.below(900)}: warning: [deprecation] ${camel(r)} in ${word(r)}.${camel(r)} has been deprecated`,
  (r) => `asset ${path(r)}.${hex(r, 20)}.js ${r.below(900)} KiB [emitted] [immutable] [minimized] (name: ${word(r)})`,
  (r) => `    ${path(r)}.ts ${r.below(90)}.${r.below(99)} kB │ gzip: ${r.below(30)}.${r.below(99)} kB`,
  (r) => `Resolved ${word(r)}:${word(r)}:${version(r)} sha512-${base64(r, 86)}== in ${r.below(900)} ms`,
  (r) => `\u001b[33mwarning\u001b[39m: ${word(r)} ${word(r)} was not found in ${path(r)}, falling back to ${word(r)}`,
  (r) => `\tat com.${word(r)}.${word(r)}.${camel(r)}.${word(r)}(${camel(r)}.java:${r.below(900)})`,
  () => "------------------------------------------------------------",
  () => "",
];

const WORDS =
  "app android build gradle kotlin webpack angular ionic cordova plugin core splash status camera file network device vite rollup babel react router runtime polyfill compiler resource manifest activity service provider config token key user secret account private project client service-worker certificate".split(
    " ",
  );

/** So many bytes of log at least, each thousandth line with what `secretLine` answers. Ends with a line break. */
export function logText(random: Random, bytes: number, secretLine: () => string): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (let number = 1; length < bytes; number += 1) {
    const line = number % 1000 === 0 ? secretLine() : (LINES[random.below(LINES.length)] as Line)(random);
    const part = Buffer.from(`${line}\n`);
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts);
}

function word(random: Random): string {
  return WORDS[random.below(WORDS.length)] as string;
}

function camel(random: Random): string {
  const text = word(random);
  return (text[0] as string).toUpperCase() + text.slice(1);
}

function path(random: Random): string {
  return `src/main/${word(random)}/${word(random)}/${camel(random)}`;
}

function version(random: Random): string {
  return `${random.below(20)}.${random.below(30)}.${random.below(50)}`;
}

function hit(random: Random): string {
  return random.chance(0.5) ? "hit" : "miss";
}

function hex(random: Random, length: number): string {
  return pick(random, length, "0123456789abcdef");
}

function base64(random: Random, length: number): string {
  return pick(random, length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

function pick(random: Random, length: number, from: string): string {
  return Array.from({ length }, () => from[random.below(from.length)]).join("");
}
