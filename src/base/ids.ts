import { randomBytes } from "node:crypto";

/** A random id with a telling first letter: `a` app, `l` lease, `s` session, `f` artifact file. Never all digits. */
export function newId(prefix: string, bytes = 8): string {
  return prefix + randomBytes(bytes).toString("hex");
}

/** A secret for tokens: 256 bits, url-safe. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}
