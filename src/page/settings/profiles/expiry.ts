const NEAR_MS = 30 * 86_400_000;

type Expiry = "valid" | "near" | "over";

/** How near the end of a certificate's or a profile's validity is. */
export function expiryOf(validTo: string, nowMs: number): Expiry {
  const left = Date.parse(validTo) - nowMs;
  if (left <= 0) return "over";
  return left < NEAR_MS ? "near" : "valid";
}
