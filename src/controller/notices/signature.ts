import { createHmac } from "node:crypto";

/**
 * The value of `X-Millwright-Signature`: `t=UNIX,v1=HEX`, an HMAC-SHA256 of `UNIX.BODY`. The time is signed too, so that a
 * receiver can refuse what somebody recorded and sends again later.
 */
export function signatureOf(secret: string, body: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}
