import { errorOf } from "../../base/errors/millwright-error.ts";
import { SCOPES, type Scope, type Token, type TokenRequest } from "../../protocol/account-api.ts";
import { type Api, segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber, unknownWord } from "../usage.ts";

export interface TokenOptions {
  scopes: string;
  account?: string;
  expires?: string;
}

const COLUMNS: Column<Token>[] = [
  { title: "TOKEN", cell: (token) => token.name },
  { title: "MAY", cell: (token) => token.scopes.join(", ") },
  { title: "ACCOUNT", cell: (token) => token.account?.name ?? "all of yours" },
  { title: "CREATED", cell: (token) => token.createdAt.slice(0, 10) },
  { title: "EXPIRES", cell: (token) => token.expiresAt?.slice(0, 10) ?? "never" },
  { title: "LAST USED (UTC)", cell: (token) => token.lastUsedAt?.slice(0, 16).replace("T", " ") ?? "never" },
  { title: "ID", cell: (token) => token.id },
];

/** `millwright tokens list`. */
export async function listTokens(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ tokens: Token[] }>("/tokens");
  session.answer(answer, (output) => {
    if (answer.tokens.length === 0) return output.note("No tokens. Make one: millwright tokens create NAME");
    for (const line of tableLines(answer.tokens, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright tokens create`: stdout holds the token and nothing else. */
export async function createToken(
  session: Session,
  command: string,
  name: string,
  options: TokenOptions,
): Promise<number> {
  const days = options.expires === undefined ? undefined : positiveNumber(command, "--expires", options.expires);
  const request: TokenRequest = {
    name,
    scopes: options.scopes.split(",").map((word) => scopeOf(command, word.trim())),
    ...(options.account === undefined ? {} : { account: options.account }),
    ...(days === undefined ? {} : { expiresInDays: days }),
  };
  const answer = await (await session.connect()).send<Token & { token: string }>("POST", "/tokens", request);
  session.answer(answer, (output) => {
    output.line(answer.token);
    output.note("It is shown this once. Keep it where secrets belong; programs use it as MILLWRIGHT_TOKEN.");
  });
  return EXIT.success;
}

/** `millwright tokens revoke`, by id or by a name that only one has. */
export async function revokeToken(session: Session, key: string): Promise<number> {
  const api = await session.connect();
  const { id, name } = await find(api, key);
  await api.send("DELETE", `/tokens/${segment(id)}`);
  session.answer({ revoked: id }, (output) => output.line(`Revoked ${name} (${id}).`));
  return EXIT.success;
}

async function find(api: Api, key: string): Promise<Token> {
  const { tokens } = await api.get<{ tokens: Token[] }>("/tokens");
  const found = tokens.filter(({ id, name }) => id === key || name === key);
  if (found[0] && found.length === 1) return found[0];
  const list = (some: readonly Token[]) => some.map(({ id, name }) => `${name} (${id})`).join(", ");
  const reason =
    found.length > 1 ? `Several are called so, name its id: ${list(found)}.` : `You have: ${list(tokens)}.`;
  const none = tokens.length === 0 ? "You have none." : reason;
  throw errorOf("NOT_FOUND", { kind: found.length > 1 ? "single token" : "token", name: key, reason: none });
}

function scopeOf(command: string, word: string): Scope {
  const scope = SCOPES.find((each) => each === word);
  if (!scope) throw unknownWord(command, "scope", word, SCOPES);
  return scope;
}
