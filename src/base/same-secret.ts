import { createHash, timingSafeEqual } from "node:crypto";

/** Compares without telling by its time how much was right. Anything that is no text differs. */
export function sameSecret(given: unknown, expected: string): boolean {
  if (typeof given !== "string") return false;
  return timingSafeEqual(createHash("sha256").update(given).digest(), createHash("sha256").update(expected).digest());
}
