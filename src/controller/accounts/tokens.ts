import { createHash } from "node:crypto";
import { newId, newSecret } from "../../base/ids.ts";

const PREFIX = "mw_";

/** `personal`: made by a person for programs. `session`: of a login. `refresh`: only good for new tokens of a login. */
export type TokenKind = "personal" | "session" | "refresh";

/** A new token: shown once, and stored as its hash. */
export function newToken(): { id: string; token: string; hash: string } {
  const token = `${PREFIX}${newSecret()}`;
  return { id: newId("t"), token, hash: hashOfToken(token) };
}

/** SHA-256, hexadecimal. */
export function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
