import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomically } from "../../base/files.ts";

const KEY_ID_BYTES = 8;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what rests in the store (AES-256-GCM). The key is not in the store; its id stands in front of each sealed
 * value, so that keys can be changed. `purpose` binds a value to its place: one copied to another row doesn't open.
 */
export class Sealer {
  private readonly key: Buffer;
  private readonly keyId: Buffer;

  constructor(key: Buffer) {
    this.key = key;
    this.keyId = createHash("sha256").update(key).digest().subarray(0, KEY_ID_BYTES);
  }

  /** The key of a file; a new one is made when there is none. */
  static fromFile(file: string): Sealer {
    if (!existsSync(file)) writeFileAtomically(file, randomBytes(32).toString("base64"));
    const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64");
    if (key.length !== 32) throw new Error(`${file} doesn't hold 32 bytes in base64`);
    return new Sealer(key);
  }

  seal(value: unknown, purpose: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.key, iv).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
    return Buffer.concat([this.keyId, iv, cipher.getAuthTag(), sealed]);
  }

  /** Throws when the value was sealed with another key, for another purpose, or was changed. */
  open<T>(sealed: Uint8Array | ArrayBuffer, purpose: string): T {
    const bytes = Buffer.from(sealed as Uint8Array);
    if (!bytes.subarray(0, KEY_ID_BYTES).equals(this.keyId)) throw new Error("sealed with another key");
    const iv = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + IV_BYTES);
    const rest = bytes.subarray(KEY_ID_BYTES + IV_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", this.key, iv).setAAD(Buffer.from(purpose));
    decipher.setAuthTag(rest.subarray(0, TAG_BYTES));
    const opened = Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]);
    return JSON.parse(opened.toString()) as T;
  }
}
