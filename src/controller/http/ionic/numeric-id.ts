import { createHash } from "node:crypto";

/**
 * A number for what has only a name, for clients that name things by numbers: always the same for the same name, and of
 * 48 bits, so that it stays whole in JSON and no two of an account meet.
 */
export function numericId(kind: string, name: string): number {
  return createHash("sha256").update(`${kind}\0${name}`).digest().readUIntBE(0, 6);
}
