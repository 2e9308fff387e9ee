import { decodedText } from "./forms/base64.ts";

const DEEPEST = 3;
const SHORTEST_WITHOUT_SCHEME = 8;
/** What every PEM file begins and ends with is no secret. A variable may hold its line ends as `\n`. */
const PEM_EDGE = /(?:\s|\\[rn])*-----(?:BEGIN|END) [A-Z0-9 ]+-----(?:\s|\\[rn])*/;
const LINE_END = /\r\n|\n|\r/;
const PEM_LINE_END = /\r\n|\n|\r|\\r\\n|\\n/;

/**
 * The texts that give a secret away when one of them is printed alone: itself without blanks around it and with either
 * line end, its lines, what is inside PEM, the texts inside it when it is JSON, the password inside a URL, what it is the
 * base64 of.
 */
export function partsOf(secret: string): string[] {
  const parts = new Set<string>();
  collect(secret, DEEPEST, parts);
  return [...parts];
}

function collect(text: string, depth: number, parts: Set<string>): void {
  const blocks = withoutScheme(text).split(PEM_EDGE);
  const lineEnd = blocks.length > 1 ? PEM_LINE_END : LINE_END;
  for (const block of blocks) {
    const unix = block.replace(/\r\n?/g, "\n");
    for (const form of [block, block.trim(), unix, unix.trim(), unix.replaceAll("\n", "\r\n")]) parts.add(form);
    for (const line of block.split(lineEnd)) parts.add(line.trim());
  }
  if (depth === 0) return;
  const decoded = decodedText(text);
  const inner = [...jsonLeaves(text), ...urlSecrets(text.trim()), ...(decoded === undefined ? [] : [decoded])];
  for (const part of inner) if (!parts.has(part)) collect(part, depth - 1, parts);
}

/** A well-known scheme is no secret, and every log is full of it; another could be a part of one. */
const SCHEME =
  /^\s*(?:https?|wss?|s?ftp|ssh|git|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|smtps?):\/\//;

function withoutScheme(text: string): string {
  const rest = text.replace(SCHEME, "");
  return rest.length >= SHORTEST_WITHOUT_SCHEME ? rest : text;
}

function jsonLeaves(text: string): string[] {
  if (!/^\s*[[{"]/.test(text)) return [];
  try {
    const leaves: string[] = [];
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string") leaves.push(value);
      return value;
    });
    return leaves;
  } catch {
    return []; // it only looks like JSON
  }
}

const URL_WITH_LOGIN = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\s@]*(?:@[^/?#\s@]*)*)@/i;
const TOKEN_LENGTH = 16;

/** The password of a URL, its user when that is a token, the long values of its query: as written and decoded. */
function urlSecrets(text: string): string[] {
  const login = URL_WITH_LOGIN.exec(text)?.[1] ?? "";
  const colon = login.indexOf(":");
  const user = colon < 0 ? login : login.slice(0, colon);
  const found = colon < 0 ? [] : [login.slice(colon + 1)];
  if (user.length >= TOKEN_LENGTH) found.push(user);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    for (const [, value] of text.matchAll(/[?&;][^=&#\s]+=([^&#\s]+)/g)) {
      if (value !== undefined && value.length >= TOKEN_LENGTH) found.push(value);
    }
  }
  return found.flatMap((part) => [part, percentDecoded(part)]);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that is just one
  }
}
