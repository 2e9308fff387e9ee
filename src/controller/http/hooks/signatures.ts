import { createHmac } from "node:crypto";
import { sameSecret } from "../../../base/same-secret.ts";

/** HMAC-SHA256 of the body, hexadecimal, with or without `sha256=` in front. */
export function isHmacOf(proof: string, body: Buffer, secret: string): boolean {
  const expected = createHmac("sha256", secret).update(body).digest("hex");
  return sameSecret(proof.replace(/^sha256=/i, "").toLowerCase(), expected);
}
