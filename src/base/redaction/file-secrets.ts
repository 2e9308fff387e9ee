import { isAddress, looksSecret, namesSecret } from "./looks-secret.ts";
import { isMaskable } from "./needles.ts";

const MOST = 200;
const LONGEST = 4096;
const PIECE = 96;
const SHORTEST_LINE = 8;
const LONG_LINE = 16;

/**
 * The strings to mask for a secret file: what in it looks like a key, token or password, in JSON, XML, PEM, `key=value`
 * lines or plain lines, and never package names, addresses or words that would ruin the log. Of a file that is no text the
 * base64 of its first 4 KiB, in pieces. At most 200 strings.
 */
export function secretsInFile(bytes: Buffer): string[] {
  const text = bytes.toString();
  const isText = !/[^\P{Cc}\s]|\ufffd/u.test(text.slice(0, LONGEST));
  const found = isText ? secretsInText(text.replace(/^\ufeff/, "")) : [bytes.subarray(0, LONGEST).toString("base64")];
  return [...new Set(found.flatMap(inPieces))].filter(isMaskable).slice(0, MOST);
}

function secretsInText(text: string): string[] {
  const json = parsed(text);
  if (json !== undefined) return inJson(json);
  const keys = [...text.matchAll(/-----BEGIN [A-Z0-9 ]+-----([^-]+)-----END/g)].map(([, body]) => (body ?? "").trim());
  const rest = text.replace(/-----BEGIN [A-Z0-9 ]+-----[^-]+-----END [A-Z0-9 ]+-----/g, "\n");
  return [...keys, ...(/^\s*</.test(rest) ? inXml(rest) : inLines(rest))];
}

/** A long string as the pieces that its first 4 KiB are made of, so that a part of it is masked too. */
function inPieces(text: string): string[] {
  const isBlock = text.includes("\n");
  if (text.length <= PIECE || (isBlock && text.length <= LONGEST)) return [text];
  const pieces = text.slice(0, LONGEST).match(new RegExp(`[^]{1,${PIECE}}`, "g")) ?? [];
  return text.length <= LONGEST ? [text, ...pieces] : pieces;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined; // another format
  }
}

function inJson(value: object): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (typeof inner === "object" && inner !== null) return inJson(inner);
    return typeof inner === "string" ? inValue(key, inner) : [];
  });
}

/** Texts and attributes; a property list names a value by the `key` before it. */
function inXml(text: string): string[] {
  const named = [...text.matchAll(/<key>([^<]*)<\/key>\s*<[a-z]+>([^<]*)</g), ...text.matchAll(/([\w:-]+)="([^"]*)"/g)];
  const texts = [...text.matchAll(/>([^<>]+)</g)].flatMap(([, value]) => inValue("", (value ?? "").trim()));
  return [...named.flatMap(([, key = "", value = ""]) => inValue(key, value.trim())), ...texts];
}

function inLines(text: string): string[] {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:#|;|\/\/\s|!)/.test(line));
  return lines.flatMap((line) => {
    const [, key, value] = /^(?:export\s+)?["']?([^\s=]+?)["']?\s*(?:=|:\s)\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) return inValue(key, unquoted(value));
    return inPlainLine(line, lines.length === 1);
  });
}

/** A line that is alone in its file is a password; of the others the long ones are masked, and what looks secret in them. */
function inPlainLine(line: string, isAlone: boolean): string[] {
  const words = line.split(/\s+/);
  const named = words.filter((word, index) => namesSecret(words[index - 1] ?? "") || looksSecret(word));
  const isTold = isAlone || line.length >= LONG_LINE || looksSecret(line);
  return line.length >= SHORTEST_LINE && isTold && !isAddress(line) ? [line, ...named] : named;
}

function inValue(key: string, value: string): string[] {
  if (value.includes("-----BEGIN ")) return secretsInText(value.replaceAll("\\n", "\n"));
  return looksSecret(value) || (namesSecret(key) && !isAddress(value)) ? [value] : [];
}

function unquoted(value: string): string {
  const bare = value.replace(/[,;]$/, "");
  return /^(["']).*\1$/.test(bare) ? bare.slice(1, -1) : bare;
}
