import { hash, pbkdf2Sync } from "node:crypto";
import { Unreadable } from "../unreadable.ts";

/** A password in the two forms that PKCS12 files use. */
export interface Password {
  /** UTF-16 with a closing zero, for the key derivation of PKCS12 itself. */
  wide: Buffer;
  /** For PBKDF2. */
  utf8: Buffer;
}

/** The forms to try in turn: tools don't agree on whether an empty password has the closing zero. */
export function passwordForms(text: string): Password[] {
  const utf8 = Buffer.from(text, "utf8");
  const wide = Buffer.from(`${text}\0`, "utf16le").swap16();
  return text === ""
    ? [
        { wide, utf8 },
        { wide: Buffer.alloc(0), utf8 },
      ]
    : [{ wide, utf8 }];
}

const MOST_ROUNDS = 1_000_000;

/** How much key stretching one file may cost: it runs in the thread that asks, so a hostile file must not hold it for long. */
export class Stretching {
  #left = MOST_ROUNDS;

  /** Throws `Unreadable` ("algorithm") when the file has asked for more than 1,000,000 rounds by now. */
  spend(rounds: number): void {
    if (rounds < 1) throw new Unreadable("damaged", "It asks for no round of key stretching.");
    this.#left -= rounds;
    if (this.#left >= 0) return;
    throw new Unreadable("algorithm", "It asks for more than 1,000,000 rounds of key stretching.");
  }
}

export function pbkdf2(
  stretching: Stretching,
  password: Password,
  salt: Buffer,
  rounds: number,
  length: number,
  digest: string,
): Buffer {
  stretching.spend(rounds);
  return pbkdf2Sync(password.utf8, salt, rounds, length, digest);
}

/** What a derived key is for: the number goes into it. */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

/** The key derivation of RFC 7292, appendix B. node-forge has it too, in plain JavaScript and five times slower. */
export function pkcs12Key(
  stretching: Stretching,
  password: Password,
  salt: Buffer,
  rounds: number,
  length: number,
  digest: string,
  purpose: number,
): Buffer {
  const block = digest === "sha384" || digest === "sha512" ? 128 : 64;
  const diversifier = Buffer.alloc(block, purpose);
  let input = Buffer.concat([filled(salt, block), filled(password.wide, block)]);
  const key: Buffer[] = [];
  for (let size = 0; size < length; ) {
    stretching.spend(rounds);
    let part = hash(digest, Buffer.concat([diversifier, input]), "buffer");
    for (let round = 1; round < rounds; round += 1) part = hash(digest, part, "buffer");
    key.push(part);
    size += part.length;
    input = added(input, filled(part, block, block));
  }
  return Buffer.concat(key).subarray(0, length);
}

/** `bytes` again and again, up to the next multiple of `block`, or up to `size`. */
function filled(bytes: Buffer, block: number, size = Math.ceil(bytes.length / block) * block): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(size, bytes);
}

/** Each block of `input` plus `addend` plus one, as big-endian numbers. */
function added(input: Buffer, addend: Buffer): Buffer<ArrayBuffer> {
  const sum = Buffer.from(input);
  for (let end = addend.length; end <= sum.length; end += addend.length) {
    let carry = 1;
    for (let index = 1; index <= addend.length; index += 1) {
      carry += (sum[end - index] ?? 0) + (addend[addend.length - index] ?? 0);
      sum[end - index] = carry & 0xff;
      carry >>= 8;
    }
  }
  return sum;
}
